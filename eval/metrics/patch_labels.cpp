#include "eval/metrics/patch_labels.h"

#include <cmath>

namespace dlfix::eval {
namespace {

constexpr double kTenPoints = 0.10;
/// What differences of printed decimals lose in binary.
constexpr double kNoise = 1e-12;

}  // namespace

std::string_view to_string(PatchLabel label) {
  switch (label) {
    case PatchLabel::kImproved:
      return "improved";
    case PatchLabel::kUnimproved:
      return "unimproved";
    case PatchLabel::kCorrupted:
      return "corrupted";
    case PatchLabel::kFailure:
      return "failure";
    case PatchLabel::kUnadaptable:
      break;
  }
  return "unadaptable";
}

PatchLabel label_patch(double faulty, std::optional<double> patched, bool applicable) {
  if (!applicable) return PatchLabel::kUnadaptable;
  if (!patched || !std::isfinite(*patched)) return PatchLabel::kFailure;
  if (*patched > faulty) return PatchLabel::kImproved;
  return faulty - *patched > kTenPoints + kNoise ? PatchLabel::kCorrupted : PatchLabel::kUnimproved;
}

}  // namespace dlfix::eval
