#include "eval/localisers/deepfd/deepfd_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "eval/learning/model_document.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

LabelledRows rows_of(const DeepFdTable& table, const std::vector<RunPlace>& places) {
  LabelledRows rows;
  for (const RunPlace& place : places) {
    const DeepFdVersion& version = table.versions[place.version];
    rows.features.push_back(version.runs[place.run]);
    rows.labels.emplace_back(version.faults.begin(), version.faults.end());
  }
  return rows;
}

bool are_fault_bits(const OutputClasses& classes) {
  const auto bits = [](const std::vector<int>& labels) {
    return std::ranges::all_of(labels, [](int label) { return label == 0 || label == 1; });
  };
  return classes.size() == kDeepFdLabels && std::ranges::all_of(classes, bits);
}

}  // namespace

DeepFdModel::DeepFdModel(std::vector<std::string> features, const VoteOffsets& offsets,
                         MinMaxScaler scaler, NearestNeighbours neighbours, DecisionTree tree,
                         RandomForest forest)
    : features_(std::move(features)),
      offsets_(offsets),
      scaler_(std::move(scaler)),
      neighbours_(std::move(neighbours)),
      tree_(std::move(tree)),
      forest_(std::move(forest)) {}

DeepFdModel DeepFdModel::fit(const DeepFdTable& table, const std::vector<RunPlace>& places,
                             const DeepFdOptions& options) {
  check_table(table);
  LabelledRows rows = rows_of(table, selected_runs(table, places, options.selection));
  MinMaxScaler scaler = MinMaxScaler::fit(rows.features);
  for (FeatureRow& row : rows.features) row = scaler.scaled(row);
  DecisionTree tree = DecisionTree::fit(rows, options.tree);
  RandomForest forest = RandomForest::fit(rows, options.forest);
  return {table.features,    options.offsets,
          std::move(scaler), NearestNeighbours::fit(std::move(rows), options.neighbours),
          std::move(tree),   std::move(forest)};
}

RunVotes DeepFdModel::votes(const std::vector<FeatureRow>& runs, bool by_own_limits) const {
  if (runs.empty()) throw support::InputError("there is no run to diagnose");
  for (std::size_t run = 0; run < runs.size(); ++run) {
    check_features(runs[run], features_.size(), fmt::format("run {}", run));
  }
  const MinMaxScaler scaler = by_own_limits ? MinMaxScaler::fit(runs) : scaler_;
  std::vector<std::vector<LabelRow>> predicted(3);
  for (const FeatureRow& run : runs) {
    // A diverged run lies many powers of ten beyond all others: it is the most extreme, no more.
    const FeatureRow row = scaler.clipped(run);
    predicted[0].push_back(neighbours_.predict(row));
    predicted[1].push_back(tree_.predict(row));
    predicted[2].push_back(forest_.predict(row));
  }
  return count_votes(predicted);
}

DeepFdModel DeepFdModel::with_offsets(const VoteOffsets& offsets) const {
  DeepFdModel copy = *this;
  copy.offsets_ = offsets;
  return copy;
}

json DeepFdModel::to_json() const {
  json document = model_document("deepfd_model");
  document["features"] = features_;
  document["offsets"] = offsets_;
  document["scaler"] = scaler_.to_json();
  document["neighbours"] = neighbours_.to_json();
  document["tree"] = tree_.to_json();
  document["forest"] = forest_.to_json();
  return document;
}

DeepFdModel DeepFdModel::from_json(const json& document) {
  check_model_document(document, "deepfd_model");
  const auto offsets = model_value<std::vector<double>>(document, "offsets");
  if (offsets.size() != kDeepFdLabels) refuse_model(document, "it has not five offsets");
  VoteOffsets five{};
  std::ranges::copy(offsets, five.begin());
  DeepFdModel model(model_value<std::vector<std::string>>(document, "features"), five,
                    MinMaxScaler::from_json(model_field(document, "scaler")),
                    NearestNeighbours::from_json(model_field(document, "neighbours")),
                    DecisionTree::from_json(model_field(document, "tree")),
                    RandomForest::from_json(model_field(document, "forest")));
  const std::size_t count = model.features_.size();
  const bool fits = model.scaler_.features() == count && model.neighbours_.features() == count &&
                    model.tree_.features() == count && model.forest_.features() == count &&
                    are_fault_bits(model.neighbours_.classes()) &&
                    are_fault_bits(model.tree_.classes()) &&
                    are_fault_bits(model.forest_.classes());
  if (!fits) refuse_model(document, "its parts are of different features or labels");
  return model;
}

}  // namespace dlfix::eval
