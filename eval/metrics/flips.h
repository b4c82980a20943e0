// What a better mean hides: rows that a patch mends, and rows that it breaks.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace dlfix::eval {

struct Flips {
  double repair_rate;         ///< rows wrong before and right now, over rows wrong before
  double negative_flip_rate;  ///< rows right before and wrong now, over all rows
};

/// From per-row results of both programs on the same rows, 1 right and 0 wrong. The repair rate is
/// NaN when nothing was wrong before; both are NaN without rows.
/// Source: You et al. 2025, "An empirical study of deep learning model fixing" (RR and NFR).
/// Errors: std::invalid_argument when the lengths differ.
Flips count_flips(std::span<const float> faulty_rows, std::span<const float> patched_rows);

/// The means; of the repair rate over those that have one, NaN without any. Absent without flips.
std::optional<Flips> mean_of(std::span<const Flips> flips);

/// The means over trainings, the first of one program beside the first of the other. Absent where
/// rows are not right or wrong (the errors of a regression), or there are none. Errors:
/// std::invalid_argument when the numbers of trainings or rows differ.
std::optional<Flips> mean_flips(std::span<const std::vector<float>> faulty,
                                std::span<const std::vector<float>> patched);

}  // namespace dlfix::eval
