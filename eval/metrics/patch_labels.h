// What a patch did, in one word. Source: You et al. 2025, "An empirical study of deep learning
// model fixing": a result that fell by more than ten points is corrupted.
#pragma once

#include <optional>
#include <string_view>

namespace dlfix::eval {

enum class PatchLabel {
  kImproved,     ///< better
  kUnimproved,   ///< no better
  kCorrupted,    ///< accuracy fell by more than ten points
  kFailure,      ///< crashed, ran out of memory or of time, or gave no number
  kUnadaptable,  ///< the technique does not apply to the program
};
std::string_view to_string(PatchLabel label);

/// Labels an accuracy in [0, 1] against the faulty program's. `patched`: nullopt or NaN when
/// training gave none. `applicable`: false when no patch could be made.
PatchLabel label_patch(double faulty, std::optional<double> patched, bool applicable = true);

}  // namespace dlfix::eval
