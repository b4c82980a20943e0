#include "eval/learning/nearest_neighbours.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "eval/learning/model_document.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using support::InputError;

double squared_distance(const FeatureRow& first, const FeatureRow& second) {
  double sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double difference = first[i] - second[i];
    sum += difference * difference;
  }
  return sum;
}

}  // namespace

NearestNeighbours NearestNeighbours::fit(LabelledRows rows, std::size_t k) {
  check_rows(rows);
  if (k == 0) throw InputError("at least one neighbour has to vote");
  if (rows.features.size() < k) {
    throw InputError(fmt::format("{} neighbours are asked for where there are {} rows", k,
                                 rows.features.size()));
  }
  NearestNeighbours model;
  model.k_ = k;
  model.rows_ = std::move(rows);
  model.classes_ = classes_of(model.rows_.labels);
  model.encoded_ = encoded(model.rows_.labels, model.classes_);
  return model;
}

std::vector<std::size_t> NearestNeighbours::neighbours(const FeatureRow& row) const {
  check_features(row, rows_.features.front().size(), "the row");
  std::vector<std::pair<double, std::size_t>> near;
  near.reserve(rows_.features.size());
  for (std::size_t i = 0; i < rows_.features.size(); ++i) {
    near.emplace_back(squared_distance(row, rows_.features[i]), i);
  }
  std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(k_), near.end());
  std::vector<std::size_t> result;
  for (std::size_t rank = 0; rank < k_; ++rank) result.push_back(near[rank].second);
  return result;
}

ClassShares NearestNeighbours::predict_proba(const FeatureRow& row) const {
  ClassShares shares;
  for (const auto& labels : classes_) shares.emplace_back(labels.size(), 0.0);
  for (const std::size_t neighbour : neighbours(row)) {
    for (std::size_t output = 0; output < shares.size(); ++output) {
      ++shares[output][static_cast<std::size_t>(encoded_[neighbour][output])];
    }
  }
  for (auto& output : shares) {
    for (double& share : output) share /= static_cast<double>(k_);
  }
  return shares;
}

LabelRow NearestNeighbours::predict(const FeatureRow& row) const {
  return likeliest(predict_proba(row), classes_);
}

json NearestNeighbours::to_json() const {
  json document = model_document("nearest_neighbours");
  document["k"] = k_;
  document["rows"] = rows_.features;
  document["labels"] = rows_.labels;
  return document;
}

NearestNeighbours NearestNeighbours::from_json(const json& document) {
  check_model_document(document, "nearest_neighbours");
  LabelledRows rows{model_value<std::vector<FeatureRow>>(document, "rows"),
                    model_value<std::vector<LabelRow>>(document, "labels")};
  return fit(std::move(rows), model_value<std::size_t>(document, "k"));
}

}  // namespace dlfix::eval
