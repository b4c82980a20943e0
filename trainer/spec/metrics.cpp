#include <algorithm>
#include <array>
#include <optional>

#include "trainer/spec/training.h"

namespace dlfix::trainer {
namespace {

struct Metric {
  std::string_view name;
  bool higher_is_better;
};
constexpr std::array<Metric, 9> kMetrics{{{"accuracy", true},
                                          {"binary_accuracy", true},
                                          {"categorical_accuracy", true},
                                          {"sparse_categorical_accuracy", true},
                                          {"loss", false},
                                          {"mae", false},
                                          {"mse", false},
                                          {"f1", true},
                                          {"auc", true}}};

struct Spelling {
  std::string_view text, name;
};
constexpr std::array<Spelling, 18> kSpellings{{
    {"acc", "accuracy"},
    {"Accuracy", "accuracy"},
    {"BinaryAccuracy", "binary_accuracy"},
    {"CategoricalAccuracy", "categorical_accuracy"},
    {"SparseCategoricalAccuracy", "sparse_categorical_accuracy"},
    {"mean_absolute_error", "mae"},
    {"MeanAbsoluteError", "mae"},
    {"MAE", "mae"},
    {"mean_squared_error", "mse"},
    {"MeanSquaredError", "mse"},
    {"MSE", "mse"},
    {"f1_score", "f1"},
    {"F1", "f1"},
    {"F1Score", "f1"},
    {"AUC", "auc"},
    {"roc_auc", "auc"},
    {"ROC_AUC", "auc"},
    {"Loss", "loss"},
}};

}  // namespace

std::string canonical_metric(std::string_view metric) {
  for (const Spelling& spelling : kSpellings) {
    if (spelling.text == metric) return std::string(spelling.name);
  }
  const bool known = std::any_of(kMetrics.begin(), kMetrics.end(),
                                 [&](const Metric& entry) { return entry.name == metric; });
  return known ? std::string(metric) : "";
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric& metric : kMetrics) names.emplace_back(metric.name);
  for (const Spelling& spelling : kSpellings) names.emplace_back(spelling.text);
  return names;
}

bool higher_is_better(std::string_view metric) {
  const std::string name = canonical_metric(metric);
  return std::any_of(kMetrics.begin(), kMetrics.end(), [&](const Metric& entry) {
    return entry.name == name && entry.higher_is_better;
  });
}

}  // namespace dlfix::trainer
