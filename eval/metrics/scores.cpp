#include "eval/metrics/scores.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace dlfix::eval {
namespace {

/// What sums and quotients of printed decimals lose in binary; far below half a digit.
constexpr double kNoise = 1e-10;

}  // namespace

std::optional<Scores> parse_scores(std::string_view text) {
  if (text == "printed") return Scores::kPrinted;
  if (text == "corrected") return Scores::kCorrected;
  return std::nullopt;
}

std::string_view to_string(Scores scores) {
  return scores == Scores::kPrinted ? "printed" : "corrected";
}

double round_half_up(double value, int decimals) {
  const double unit = std::pow(10.0, decimals);
  return std::copysign(std::floor((std::abs(value) + kNoise) * unit + 0.5) / unit, value);
}

double round_half_even(double value, int decimals) {
  if (!std::isfinite(value)) return value;
  return std::stod(fmt::format("{:.{}f}", value, decimals));
}

}  // namespace dlfix::eval
