// The weakest value of an ordered parameter at which a mutant is still killed.
#pragma once

#include <functional>
#include <optional>
#include <vector>

namespace dlfix::eval {

/// From little change to much: `strong` may be the smaller number (epochs, learning rates).
struct OrderedRange {
  double weak = 0;
  double strong = 0;
  double precision = 1;  ///< the search ends when the ends are this near
  int decimals = 0;      ///< values are rounded to; 0: whole numbers
};

struct BinarySearchResult {
  std::optional<double> killed;  ///< the weakest that was killed; nullopt: not even the strong end
  std::optional<double> survived;  ///< the strongest that was not; the weak end counts, untested
  std::vector<double> tested;      ///< in order
};

/// Tests the strong end, then halves: a killed middle becomes the strong end, else the weak one.
/// Ends also where rounding gives a middle that is an end already (there the public code goes on
/// for ever). `is_killed` is asked about each value once.
/// Errors: InputError for ends that are equal or not finite, a precision that is not above 0,
/// decimals below 0 or above 15.
BinarySearchResult search_weakest_killed(const OrderedRange& range,
                                         const std::function<bool(double)>& is_killed);

/// Python's round(value, decimals): the decimal nearest to the binary number, halves to even.
double python_round(double value, int decimals);

}  // namespace dlfix::eval
