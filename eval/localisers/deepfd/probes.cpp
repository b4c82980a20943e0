// What the features say of programs rather than of faults.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "eval/localisers/deepfd/held_out.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;

std::vector<int> program_numbers(const DeepFdTable& table) {
  std::map<std::string, int> numbers;
  std::vector<int> result;
  for (const DeepFdVersion& version : table.versions) {
    const auto next = static_cast<int>(numbers.size());
    result.push_back(numbers.try_emplace(version.program, next).first->second);
  }
  if (numbers.size() < 2) throw InputError("programs are told apart where there are two");
  return result;
}

// The label that most runs give, the smallest among equals.
int commonest(const std::vector<LabelRow>& predicted) {
  std::map<int, int> votes;
  for (const LabelRow& labels : predicted) ++votes[labels.front()];
  return std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; })->first;
}

struct ScaledForest {
  MinMaxScaler scaler;
  RandomForest forest;
  LabelRow predict(const FeatureRow& run) const { return forest.predict(scaler.clipped(run)); }
};

ScaledForest program_forest(const DeepFdTable& table, const std::vector<int>& programs,
                            const FoldOfItem& folds, int held_out, const ForestOptions& options) {
  LabelledRows rows;
  for (std::size_t v = 0; v < table.versions.size(); ++v) {
    if (folds[v] == held_out) continue;
    for (const FeatureRow& run : table.versions[v].runs) {
      rows.features.push_back(run);
      rows.labels.push_back({programs[v]});
    }
  }
  MinMaxScaler scaler = MinMaxScaler::fit(rows.features);
  for (FeatureRow& row : rows.features) row = scaler.scaled(row);
  return {std::move(scaler), RandomForest::fit(rows, options)};
}

}  // namespace

double program_recall(const DeepFdTable& table, const HeldOutOptions& options) {
  check_table(table);
  const std::vector<int> programs = program_numbers(table);
  std::vector<std::string> names;
  for (const DeepFdVersion& version : table.versions) names.push_back(version.program);
  const std::vector<std::string> one_stratum(names.size(), "");
  const FoldOfItem folds = folds_within_groups(names, one_stratum, options.folds, options.seed);
  std::vector<int> predicted(programs.size());
  for (int fold = 0; fold < options.folds; ++fold) {
    if (std::ranges::count(folds, fold) == 0) continue;
    const auto forest = program_forest(table, programs, folds, fold, options.model.forest);
    for (std::size_t v = 0; v < predicted.size(); ++v) {
      if (folds[v] != fold) continue;
      std::vector<LabelRow> said;
      for (const FeatureRow& run : table.versions[v].runs) said.push_back(forest.predict(run));
      predicted[v] = commonest(said);
    }
  }
  return balanced_accuracy(programs, predicted);
}

DeepFdTable with_features(const DeepFdTable& table, const std::vector<std::string>& parts) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < table.features.size(); ++i) {
    const auto in_name = [&](const std::string& part) {
      return table.features[i].find(part) != std::string::npos;
    };
    if (std::ranges::any_of(parts, in_name)) kept.push_back(i);
  }
  if (kept.empty()) {
    throw InputError(fmt::format("no feature's name contains {}", fmt::join(parts, " or ")));
  }
  DeepFdTable result = table;
  result.features.clear();
  for (const std::size_t i : kept) result.features.push_back(table.features[i]);
  for (DeepFdVersion& version : result.versions) {
    for (FeatureRow& run : version.runs) {
      FeatureRow row;
      for (const std::size_t i : kept) row.push_back(run[i]);
      run = std::move(row);
    }
  }
  return result;
}

}  // namespace dlfix::eval
