#include "eval/learning/balanced_accuracy.h"

#include <fmt/format.h>

#include <limits>
#include <map>

#include "eval/statistics/cluster_bootstrap.h"
#include "eval/statistics/descriptive.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

void check_lengths(std::size_t truth, std::size_t predicted) {
  if (truth == predicted) return;
  throw support::InputError(
      fmt::format("there are {} truths and {} predictions", truth, predicted));
}

std::vector<int> column(const std::vector<LabelRow>& rows, std::size_t output) {
  std::vector<int> result;
  for (const LabelRow& row : rows) result.push_back(row[output]);
  return result;
}

bool has_two_classes(const std::vector<int>& labels) {
  for (const int label : labels) {
    if (label != labels.front()) return true;
  }
  return false;
}

}  // namespace

double balanced_accuracy(std::span<const int> truth, std::span<const int> predicted) {
  check_lengths(truth.size(), predicted.size());
  std::map<int, std::pair<int, int>> right_of;  // class -> right, all
  for (std::size_t i = 0; i < truth.size(); ++i) {
    auto& [right, all] = right_of[truth[i]];
    right += truth[i] == predicted[i] ? 1 : 0;
    ++all;
  }
  std::vector<double> recalls;
  for (const auto& [label, counts] : right_of) {
    recalls.push_back(static_cast<double>(counts.first) / counts.second);
  }
  return mean(recalls);
}

OutputAccuracies output_accuracies(const std::vector<LabelRow>& truth,
                                   const std::vector<LabelRow>& predicted) {
  check_lengths(truth.size(), predicted.size());
  OutputAccuracies result;
  std::vector<double> known;
  const std::size_t outputs = truth.empty() ? 0 : truth.front().size();
  for (std::size_t i = 0; i < truth.size(); ++i) {
    check_lengths(outputs, truth[i].size());
    check_lengths(outputs, predicted[i].size());
  }
  for (std::size_t output = 0; output < outputs; ++output) {
    const auto labels = column(truth, output);
    result.outputs.emplace_back();
    if (!has_two_classes(labels)) continue;
    known.push_back(balanced_accuracy(labels, column(predicted, output)));
    result.outputs.back() = known.back();
  }
  result.macro = mean(known);
  return result;
}

Interval macro_accuracy_interval(const std::vector<LabelRow>& truth,
                                 const std::vector<LabelRow>& predicted,
                                 const std::vector<int>& groups, const BootstrapOptions& options) {
  check_lengths(truth.size(), predicted.size());
  check_lengths(truth.size(), groups.size());
  std::map<int, std::vector<std::size_t>> by_group;
  for (std::size_t i = 0; i < groups.size(); ++i) by_group[groups[i]].push_back(i);
  std::vector<std::vector<std::size_t>> members;
  for (auto& [group, items] : by_group) members.push_back(std::move(items));
  const auto statistic = [&](std::span<const std::size_t> drawn) {
    std::vector<LabelRow> drawn_truth;
    std::vector<LabelRow> drawn_predicted;
    for (const std::size_t group : drawn) {
      for (const std::size_t item : members[group]) {
        drawn_truth.push_back(truth[item]);
        drawn_predicted.push_back(predicted[item]);
      }
    }
    return output_accuracies(drawn_truth, drawn_predicted).macro;
  };
  return bootstrap_clusters(members.size(), statistic, options);
}

}  // namespace dlfix::eval
