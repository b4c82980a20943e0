#include "eval/metrics/localisation_scores.h"

#include <algorithm>
#include <string_view>

namespace dlfix::eval {
namespace {

constexpr double kBetaSquared = 9;
constexpr int kPrintedDecimals = 2;
constexpr double kEqualRecall = 1e-12;

std::string_view kind_of(const std::string& type, const MatchingRules& rules) {
  if (rules.activations_are_one && (type == "ARM" || type == "AAL")) return "ACH";
  if (rules.repeats_are_one && type == "LAD") return "LRM";
  return type;
}

bool same_layers(const std::set<int>& a, const std::set<int>& b, MatchingRules::Layers rule) {
  if (rule == MatchingRules::Layers::kIgnored || a.empty() || b.empty()) return true;
  if (rule == MatchingRules::Layers::kEqual) return a == b;
  return std::ranges::any_of(a, [&](int layer) { return b.contains(layer); });
}

}  // namespace

double f3_score(double recall, double precision) {
  const double weighted = kBetaSquared * precision + recall;
  return weighted > 0 ? (1 + kBetaSquared) * precision * recall / weighted : 0;
}

bool names_fault(const FaultLabel& label, const FaultLabel& fault, const MatchingRules& rules) {
  return kind_of(label.type, rules) == kind_of(fault.type, rules) &&
         same_layers(label.layers, fault.layers, rules.layers);
}

std::vector<bool> found_faults(const FaultLabels& faults, const FaultLabels& labels,
                               const MatchingRules& rules) {
  std::vector<bool> found;
  for (const auto& fault : faults) {
    found.push_back(std::ranges::any_of(
        labels, [&](const FaultLabel& label) { return names_fault(label, fault, rules); }));
  }
  return found;
}

LocalisationScore score_localisation(const FaultLabels& faults, const FaultLabels& labels,
                                     Scores scores, const MatchingRules& rules) {
  if (faults.empty() || labels.empty()) return {};
  const auto found =
      static_cast<double>(std::ranges::count(found_faults(faults, labels, rules), true));
  const auto naming = static_cast<double>(std::ranges::count_if(labels, [&](const auto& label) {
    return std::ranges::any_of(faults,
                               [&](const auto& fault) { return names_fault(label, fault, rules); });
  }));
  const auto all_labels = static_cast<double>(labels.size());
  LocalisationScore score;
  score.recall = found / static_cast<double>(faults.size());
  if (scores == Scores::kCorrected) {
    score.precision = naming / all_labels;
    score.f3 = f3_score(score.recall, score.precision);
    return score;
  }
  score.recall = round_half_even(score.recall, kPrintedDecimals);
  const double precision = std::min(1.0, found / all_labels);
  score.precision = round_half_even(precision, kPrintedDecimals);
  score.f3 = round_half_even(f3_score(score.recall, precision), kPrintedDecimals);
  return score;
}

AlternativesScore score_with_alternatives(const LocalisationScore& known,
                                          std::span<const AlternativeTruth> alternatives,
                                          const FaultLabels& labels, Scores scores,
                                          const MatchingRules& rules) {
  std::vector<LocalisationScore> best{known};
  AlternativesScore result{known, {-1}};
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    const auto score = score_localisation(alternatives[i].faults, labels, scores, rules);
    if (score.recall < best.front().recall - kEqualRecall) continue;
    if (score.recall > best.front().recall + kEqualRecall) {
      best.clear();
      result.best.clear();
    }
    best.push_back(score);
    result.best.push_back(static_cast<int>(i));
  }
  result.score = mean_of(best);
  return result;
}

LocalisationScore mean_of(std::span<const LocalisationScore> scores) {
  LocalisationScore mean;
  for (const auto& score : scores) {
    mean.recall += score.recall;
    mean.precision += score.precision;
    mean.f3 += score.f3;
  }
  if (scores.empty()) return mean;
  const auto count = static_cast<double>(scores.size());
  return {mean.recall / count, mean.precision / count, mean.f3 / count};
}

}  // namespace dlfix::eval
