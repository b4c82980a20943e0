#include "eval/mutation/binary_search.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

void check_range(const OrderedRange& range) {
  const bool ends =
      std::isfinite(range.weak) && std::isfinite(range.strong) && range.weak != range.strong;
  if (ends && range.precision > 0 && range.decimals >= 0 && range.decimals <= 15) return;
  throw support::InputError(
      fmt::format("nothing can be searched from {} to {} to within {}, {} decimals", range.weak,
                  range.strong, range.precision, range.decimals));
}

}  // namespace

double python_round(double value, int decimals) {
  // Printing rounds the binary number's exact decimal expansion, which is what Python does.
  return std::strtod(fmt::format("{:.{}f}", value, decimals).c_str(), nullptr);
}

BinarySearchResult search_weakest_killed(const OrderedRange& range,
                                         const std::function<bool(double)>& is_killed) {
  check_range(range);
  BinarySearchResult result;
  const auto test = [&](double value) {
    result.tested.push_back(value);
    return is_killed(value);
  };
  double weak = range.weak;
  double strong = range.strong;
  if (!test(strong)) {
    result.survived = strong;
    return result;
  }
  // Ends as 0.11 and 0.1 differ by a rounding error more than 0.01.
  const double near = range.precision * (1 + 1e-9);
  while (std::fabs(strong - weak) > near) {
    const double middle = python_round((weak + strong) / 2, range.decimals);
    if (middle == weak || middle == strong) break;
    (test(middle) ? strong : weak) = middle;
  }
  result.killed = strong;
  result.survived = weak;
  return result;
}

}  // namespace dlfix::eval
