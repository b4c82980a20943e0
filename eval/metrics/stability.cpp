#include "eval/metrics/stability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> deviations(const std::vector<ReplyFacts>& replies, double ReplyFacts::*fact) {
  std::map<std::string, std::vector<double>> by_fault;
  for (const auto& reply : replies) by_fault[reply.fault].push_back(reply.*fact);
  std::vector<double> result;
  for (const auto& [fault, values] : by_fault) {
    if (values.size() > 1) result.push_back(sample_sd(values));
  }
  return result;
}

}  // namespace

Stability measure_stability(const std::vector<ReplyFacts>& replies) {
  std::vector<double> answers, shares;
  for (const auto& reply : replies) {
    answers.push_back(reply.answers);
    if (reply.answers > 0) shares.push_back(reply.labels / reply.answers);
  }
  if (answers.empty()) return {kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan};
  const auto [fewest, most] = std::ranges::minmax(answers);
  const std::vector<double> sds = deviations(replies, &ReplyFacts::answers);
  const auto [smallest, largest] =
      sds.empty() ? std::ranges::minmax_result<double>{kNan, kNan} : std::ranges::minmax(sds);
  return {mean(answers), fewest,    most,         smallest,
          largest,       mean(sds), mean(shares), mean(deviations(replies, &ReplyFacts::f3))};
}

}  // namespace dlfix::eval
