#include "eval/metrics/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "eval/metrics/row_metrics.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr double kSmallestProbability = 1e-7;  // Keras's epsilon

std::vector<std::int64_t> classes_of(const Labels& labels) {
  std::vector<std::int64_t> classes;
  for (std::int64_t row = 0; row < labels.rows(); ++row) classes.push_back(labels.class_of(row));
  return classes;
}

std::map<std::int64_t, double> class_shares(const std::vector<std::int64_t>& classes) {
  std::map<std::int64_t, double> shares;
  for (const std::int64_t name : classes) shares[name] += 1.0 / static_cast<double>(classes.size());
  return shares;
}

Baseline from_rows(const std::vector<double>& rows, const std::string& sentence) {
  const double value = mean(rows);
  const double noise =
      rows.size() < 2 ? 0.0 : sample_sd(rows) / std::sqrt(static_cast<double>(rows.size()));
  return {value, noise, sentence};
}

Baseline majority(std::string_view metric, const Labels& training, const Labels& evaluation) {
  const auto shares = class_shares(classes_of(training));
  const auto most = std::max_element(shares.begin(), shares.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  const auto truth = classes_of(evaluation);
  std::vector<double> hits;
  for (const std::int64_t name : truth) hits.push_back(name == most->first ? 1.0 : 0.0);
  Baseline baseline = from_rows(hits, "");
  if (metric == "f1") {
    baseline.value = macro_f1(truth, std::vector<std::int64_t>(truth.size(), most->first));
  } else if (metric == "auc" || metric == "AUC") {
    baseline.value = 0.5;
  }
  baseline.sentence =
      fmt::format("always answering class {} gives {} {:.3f}", most->first, metric, baseline.value);
  return baseline;
}

Baseline class_prior_loss(const Labels& training, const Labels& evaluation) {
  const auto shares = class_shares(classes_of(training));
  std::vector<double> losses;
  for (const std::int64_t name : classes_of(evaluation)) {
    const auto found = shares.find(name);
    const double share = found == shares.end() ? 0.0 : found->second;
    losses.push_back(-std::log(std::max(share, kSmallestProbability)));
  }
  Baseline baseline = from_rows(losses, "");
  baseline.sentence =
      fmt::format("always answering the class shares gives loss {:.4g}", baseline.value);
  return baseline;
}

Baseline mean_predictor(std::string_view metric, const Labels& training, const Labels& evaluation,
                        bool absolute) {
  std::vector<double> centre(static_cast<std::size_t>(training.width), 0.0);
  for (std::size_t i = 0; i < training.values.size(); ++i) {
    centre[i % centre.size()] += training.values[i] / static_cast<double>(training.rows());
  }
  std::vector<double> errors(static_cast<std::size_t>(evaluation.rows()), 0.0);
  for (std::size_t i = 0; i < evaluation.values.size(); ++i) {
    const double error = evaluation.values[i] - centre[i % centre.size()];
    errors[i / centre.size()] +=
        (absolute ? std::abs(error) : error * error) / static_cast<double>(centre.size());
  }
  Baseline baseline = from_rows(errors, "");
  baseline.sentence =
      fmt::format("always answering the mean gives {} {:.4g}", metric, baseline.value);
  return baseline;
}

bool names_absolute_error(std::string_view name) {
  return name == "mae" || name == "MAE" || name == "mean_absolute_error";
}

}  // namespace

Baseline constant_baseline(std::string_view metric, std::string_view loss, const Labels& training,
                           const Labels& evaluation) {
  if (training.rows() == 0 || evaluation.rows() == 0) {
    return {std::numeric_limits<double>::quiet_NaN(), 0, "no rows to compare with"};
  }
  if (metric == "loss") {
    if (loss.find("crossentropy") != std::string_view::npos) {
      return class_prior_loss(training, evaluation);
    }
    return mean_predictor(metric, training, evaluation, names_absolute_error(loss));
  }
  if (names_absolute_error(metric)) return mean_predictor(metric, training, evaluation, true);
  if (metric == "mse" || metric == "MSE" || metric == "mean_squared_error") {
    return mean_predictor(metric, training, evaluation, false);
  }
  return majority(metric, training, evaluation);
}

}  // namespace dlfix::eval
