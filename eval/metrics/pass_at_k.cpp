#include "eval/metrics/pass_at_k.h"

#include <stdexcept>

namespace dlfix::eval {

double pass_at_k(int replies, int passed, int k) {
  if (passed < 0 || passed > replies || k < 1 || k > replies)
    throw std::invalid_argument("pass_at_k: needs 0 <= passed <= replies and 1 <= k <= replies");
  // C(n - c, k) / C(n, k) as a product: the binomials themselves overflow.
  double none_passes = 1;
  for (int drawn = 0; drawn < k; ++drawn) {
    if (replies - passed - drawn <= 0) return 1;
    none_passes *= static_cast<double>(replies - passed - drawn) / (replies - drawn);
  }
  return 1 - none_passes;
}

}  // namespace dlfix::eval
