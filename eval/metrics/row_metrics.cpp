#include "eval/metrics/row_metrics.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "eval/statistics/effect_size.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <typename T>
const T& value_at(const std::vector<T>& values, std::int64_t row, const char* what) {
  if (row < 0 || row >= static_cast<std::int64_t>(values.size())) {
    throw support::InputError("evaluation has no " + std::string(what) + " for row " +
                              std::to_string(row));
  }
  return values[static_cast<std::size_t>(row)];
}

double mean_of_rows(const trainer::EvaluationResult& evaluation,
                    std::span<const std::int64_t> rows) {
  double sum = 0;
  for (const std::int64_t row : rows) sum += value_at(evaluation.row_values, row, "result");
  return sum / static_cast<double>(rows.size());
}

std::vector<std::int64_t> true_classes(std::span<const std::int64_t> rows, const Labels* labels) {
  if (labels == nullptr) throw support::InputError("this metric needs the labels of the rows");
  const Labels selected = select_rows(*labels, rows);
  std::vector<std::int64_t> classes;
  for (std::int64_t row = 0; row < selected.rows(); ++row) {
    classes.push_back(selected.class_of(row));
  }
  return classes;
}

}  // namespace

double macro_f1(std::span<const std::int64_t> truth, std::span<const std::int64_t> predicted) {
  struct Counts {
    double hits = 0, truths = 0, predictions = 0;
  };
  std::map<std::int64_t, Counts> classes;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    classes[truth[i]].truths += 1;
    classes[predicted[i]].predictions += 1;
    if (truth[i] == predicted[i]) classes[truth[i]].hits += 1;
  }
  double sum = 0;
  for (const auto& [name, count] : classes) {
    sum += 2 * count.hits / (count.truths + count.predictions);
  }
  return classes.empty() ? kNan : sum / static_cast<double>(classes.size());
}

double roc_auc(std::span<const std::int64_t> truth, std::span<const double> scores) {
  const std::set<std::int64_t> classes(truth.begin(), truth.end());
  if (classes.size() != 2) return kNan;
  std::vector<double> negative;
  std::vector<double> positive;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    (truth[i] == *classes.rbegin() ? positive : negative).push_back(scores[i]);
  }
  return a12(negative, positive);
}

double metric_on_rows(const trainer::EvaluationResult& evaluation, std::string_view metric,
                      std::span<const std::int64_t> rows, const Labels* labels) {
  if (rows.empty()) return kNan;
  if (metric == "f1") {
    std::vector<std::int64_t> predicted;
    for (const std::int64_t row : rows) {
      predicted.push_back(value_at(evaluation.classes, row, "predicted class"));
    }
    return macro_f1(true_classes(rows, labels), predicted);
  }
  if (metric == "auc" || metric == "AUC") {
    std::vector<double> scores;
    for (const std::int64_t row : rows) {
      scores.push_back(value_at(evaluation.scores, row, "score"));
    }
    return roc_auc(true_classes(rows, labels), scores);
  }
  return mean_of_rows(evaluation, rows);
}

std::vector<std::int64_t> all_rows(std::int64_t count) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(std::max<std::int64_t>(0, count)));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

}  // namespace dlfix::eval
