// How far the replies of one prompt agree with each other. Source: paper section 6.3 (RQ2).
#pragma once

#include <string>
#include <vector>

namespace dlfix::eval {

/// One reply to a localisation prompt.
struct ReplyFacts {
  std::string fault;
  double answers = 0;  ///< numbered answers in it
  double labels = 0;   ///< fault types taken from them
  double f3 = 0;
};

struct Stability {
  double mean_answers = 0;  ///< over replies
  double fewest_answers = 0;
  double most_answers = 0;
  /// Sample standard deviation of the number of answers over the replies of a fault.
  double smallest_sd = 0;
  double largest_sd = 0;
  double mean_sd = 0;  ///< over faults
  /// Mean over replies of labels per answer.
  double extracted_share = 0;
  /// Mean over faults of the sample standard deviation of F3.
  double f3_sd = 0;
};

/// Faults with one reply have no deviation and are left out of the deviations. Everything NaN
/// without replies.
Stability measure_stability(const std::vector<ReplyFacts>& replies);

}  // namespace dlfix::eval
