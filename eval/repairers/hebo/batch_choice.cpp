#include "eval/repairers/hebo/batch_choice.h"

#include <algorithm>
#include <numeric>

namespace dlfix::eval::hebo {
namespace {

constexpr std::size_t kFewestSteered = 3;

bool is_among(const std::vector<std::size_t>& values, std::size_t value) {
  return std::ranges::find(values, value) != values.end();
}

}  // namespace

std::vector<std::size_t> choose_batch(const Eigen::VectorXd& mean, const Eigen::VectorXd& variance,
                                      std::size_t count, RandomStream& random) {
  std::vector<std::size_t> chosen(static_cast<std::size_t>(mean.size()));
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  shuffle(chosen, random);
  chosen.resize(std::min(chosen.size(), count));
  if (chosen.size() < kFewestSteered) return chosen;
  Eigen::Index widest = 0;
  Eigen::Index lowest = 0;
  variance.maxCoeff(&widest);
  mean.minCoeff(&lowest);
  const auto explore = static_cast<std::size_t>(widest);
  const auto exploit = static_cast<std::size_t>(lowest);
  if (!is_among(chosen, explore)) chosen[chosen[0] == exploit ? 1 : 0] = explore;
  if (!is_among(chosen, exploit)) chosen[chosen[1] == explore ? 0 : 1] = exploit;
  return chosen;
}

}  // namespace dlfix::eval::hebo
