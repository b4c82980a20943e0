#include "eval/metrics/flips.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace dlfix::eval {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool right_or_wrong(std::span<const std::vector<float>> trainings) {
  return std::ranges::all_of(trainings, [](const auto& rows) {
    return !rows.empty() &&
           std::ranges::all_of(rows, [](float row) { return row == 0.0F || row == 1.0F; });
  });
}

}  // namespace

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
  const double rows = static_cast<double>(faulty_rows.size());
  return {wrong > 0 ? mended / wrong : kNan, rows > 0 ? broken / rows : kNan};
}

std::optional<Flips> mean_of(std::span<const Flips> flips) {
  if (flips.empty()) return std::nullopt;
  double mended = 0, broken = 0;
  int with_wrong_rows = 0;
  for (const Flips& one : flips) {
    broken += one.negative_flip_rate;
    if (std::isnan(one.repair_rate)) continue;
    mended += one.repair_rate;
    ++with_wrong_rows;
  }
  return Flips{with_wrong_rows > 0 ? mended / with_wrong_rows : kNan,
               broken / static_cast<double>(flips.size())};
}

std::optional<Flips> mean_flips(std::span<const std::vector<float>> faulty,
                                std::span<const std::vector<float>> patched) {
  if (faulty.size() != patched.size())
    throw std::invalid_argument("mean_flips: the programs have unlike numbers of trainings");
  if (faulty.empty() || !right_or_wrong(faulty) || !right_or_wrong(patched)) return std::nullopt;
  std::vector<Flips> flips;
  for (std::size_t i = 0; i < faulty.size(); ++i)
    flips.push_back(count_flips(faulty[i], patched[i]));
  return mean_of(flips);
}

}  // namespace dlfix::eval
