#include "eval/localisers/constant_answers.h"

#include <algorithm>
#include <map>

namespace dlfix::eval {
namespace {

constexpr std::size_t kMostTypes = 16;  // all of their sets are tried

std::vector<std::string> frequent_types(std::span<const FaultLabels> truths) {
  std::map<std::string, int> counts;
  for (const FaultLabels& truth : truths) {
    for (const FaultLabel& label : truth) ++counts[label.type];
  }
  std::vector<std::string> types;
  for (const auto& [type, count] : counts) types.push_back(type);
  std::ranges::stable_sort(types, std::greater<>(),
                           [&](const std::string& type) { return counts[type]; });
  if (types.size() > kMostTypes) types.resize(kMostTypes);
  return types;
}

LocalisationScore mean_score(std::span<const FaultLabels> truths, const FaultLabels& labels,
                             Scores scores) {
  std::vector<LocalisationScore> all;
  for (const FaultLabels& truth : truths) {
    all.push_back(score_localisation(truth, labels, scores));
  }
  return mean_of(all);
}

}  // namespace

ConstantAnswers best_constant_answers(std::span<const FaultLabels> truths, Scores scores) {
  const auto types = frequent_types(truths);
  ConstantAnswers best;
  for (unsigned set = 1; set < (1U << types.size()); ++set) {
    ConstantAnswers answers;
    for (std::size_t i = 0; i < types.size(); ++i) {
      if ((set >> i & 1U) != 0) answers.labels.push_back({types[i], {}});
    }
    answers.score = mean_score(truths, answers.labels, scores);
    const double lead = answers.score.f3 - best.score.f3;
    const bool smaller = answers.labels.size() < best.labels.size();
    if (lead > 1e-12 || (lead > -1e-12 && smaller)) best = std::move(answers);
  }
  return best;
}

}  // namespace dlfix::eval
