#include "eval/repairers/bohb/hyperband.h"

#include <algorithm>
#include <cmath>

namespace dlfix::eval::bohb {
namespace {

constexpr double kRoundingError = 1e-9;  // relative, of a few products of doubles

double floored(double value) { return std::floor(value * (1 + kRoundingError)); }
double ceiled(double value) { return std::ceil(value * (1 - kRoundingError)); }

double first_rung_size(const HyperbandOptions& options, int rungs, int stage) {
  const double full = rungs;
  const double width = std::pow(options.eta, stage);
  if (options.size == BracketSize::kPaper) return ceiled(full / (stage + 1) * width);
  return std::floor(full / (stage + 1)) * width;
}

}  // namespace

int rung_count(const HyperbandOptions& options) {
  int rungs = 1;
  const double ratio = options.max_budget / options.min_budget * (1 + kRoundingError);
  for (double reach = options.eta; reach <= ratio; reach *= options.eta) ++rungs;
  return rungs;
}

std::vector<Rung> bracket(const HyperbandOptions& options, std::size_t number) {
  const int rungs = rung_count(options);
  const int stage = rungs - 1 - static_cast<int>(number % static_cast<std::size_t>(rungs));
  const double first = first_rung_size(options, rungs, stage);
  std::vector<Rung> result;
  for (int r = 0; r <= stage; ++r) {
    const double configs = std::max(1.0, floored(first * std::pow(options.eta, -r)));
    result.push_back({options.max_budget * std::pow(options.eta, -(stage - r)),
                      static_cast<std::size_t>(configs)});
  }
  return result;
}

std::vector<std::size_t> promoted(std::span<const double> losses, std::size_t places) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (std::isfinite(losses[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return losses[a] < losses[b]; });
  if (order.size() > places) order.resize(places);
  return order;
}

}  // namespace dlfix::eval::bohb
