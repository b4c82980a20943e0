#include "eval/metrics/flips.h"

#include <limits>
#include <stdexcept>

namespace dlfix::eval {

Flips count_flips(std::span<const float> faulty_rows, std::span<const float> patched_rows) {
  if (faulty_rows.size() != patched_rows.size())
    throw std::invalid_argument(
        "count_flips: the programs have results for unlike numbers of rows");
  constexpr float kRight = 0.5F;
  double wrong = 0, mended = 0, broken = 0;
  for (std::size_t row = 0; row < faulty_rows.size(); ++row) {
    const bool before = faulty_rows[row] >= kRight;
    const bool after = patched_rows[row] >= kRight;
    wrong += before ? 0 : 1;
    mended += !before && after ? 1 : 0;
    broken += before && !after ? 1 : 0;
  }
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const double rows = static_cast<double>(faulty_rows.size());
  return {wrong > 0 ? mended / wrong : kNan, rows > 0 ? broken / rows : kNan};
}

}  // namespace dlfix::eval
