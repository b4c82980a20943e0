// What a better mean hides: rows that a patch mends, and rows that it breaks.
#pragma once

#include <span>

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

}  // namespace dlfix::eval
