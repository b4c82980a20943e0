#include "eval/repairers/knowledge.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace dlfix::eval {
namespace {

bool is_probability_loss(std::string_view loss) {
  return loss.find("crossentropy") != std::string_view::npos ||
         loss == "kullback_leibler_divergence" || loss == "kl_divergence";
}

/// Classification: does the activation give what a cross-entropy needs?
double probability_mismatch(std::string_view wanted, std::string_view activation,
                            std::int64_t units) {
  if (activation == wanted) return 0;
  if (activation == "softmax" && units == 1) return 1;  // constant output
  if (wanted == "softmax" && (activation == "sigmoid" || activation == "hard_sigmoid")) return 0.35;
  if (wanted == "sigmoid" && activation == "softmax") return 0.5;
  if (wanted == "sigmoid" && activation == "hard_sigmoid") return 0.2;
  return 0.95;
}

double classification_loss_mismatch(std::string_view wanted, std::string_view loss) {
  if (loss == wanted) return 0;
  static const std::map<std::string_view, double> kMismatch{
      {"mean_squared_error", 0.55},
      {"kullback_leibler_divergence", 0.2},
      {"kl_divergence", 0.2},
      {"binary_crossentropy", 0.4},
      {"logcosh", 0.6},
      {"log_cosh", 0.6},
      {"huber", 0.6},
      {"categorical_hinge", 0.5},
      {"poisson", 0.6},
      {"mean_squared_logarithmic_error", 0.65},
      {"mean_absolute_error", 0.75},
      {"squared_hinge", 0.75},
      {"hinge", 0.8},
      {"mean_absolute_percentage_error", 0.95},
      {"categorical_crossentropy", 1.0},         // needs one-hot labels and several units
      {"sparse_categorical_crossentropy", 1.0},  // needs class numbers and several units
  };
  const auto found = kMismatch.find(loss);
  return found == kMismatch.end() ? 0.0 : found->second;
}

double regression_mismatch(std::string_view activation, std::string_view loss) {
  double wrong = 0;
  if (is_probability_loss(loss) || loss.find("hinge") != std::string_view::npos) wrong = 0.95;
  if (loss == "poisson" || loss == "mean_absolute_percentage_error") wrong = 0.6;
  if (loss == "mean_squared_logarithmic_error") wrong = 0.4;
  if (activation == "softmax" || activation == "sigmoid" || activation == "hard_sigmoid" ||
      activation == "tanh" || activation == "softsign") {
    return std::max(wrong, 0.9);
  }
  return activation == "linear" ? wrong : std::max(wrong, 0.55);
}

}  // namespace

std::vector<OutputFit> output_fits(ProblemKind problem, bool one_hot, std::int64_t units) {
  switch (problem) {
    case ProblemKind::kBinary:
    case ProblemKind::kMultiClass:
      if (units == 1) return {{"sigmoid", "binary_crossentropy"}};
      if (!one_hot) return {{"softmax", "sparse_categorical_crossentropy"}};
      return {{"softmax", "categorical_crossentropy"}, {"sigmoid", "binary_crossentropy"}};
    case ProblemKind::kMultiLabel:
      return {{"sigmoid", "binary_crossentropy"}};
    case ProblemKind::kRegression:
      return {{"linear", "mean_squared_error"}, {"linear", "mean_absolute_error"}};
    case ProblemKind::kUnknown:
      break;
  }
  return {};
}

double output_mismatch(ProblemKind problem, bool one_hot, std::int64_t units,
                       std::string_view activation, std::string_view loss, bool from_logits) {
  if (problem == ProblemKind::kRegression) return regression_mismatch(activation, loss);
  const std::vector<OutputFit> fits = output_fits(problem, one_hot, units);
  double least = 1;
  for (const OutputFit& fit : fits) {
    const std::string_view wanted = from_logits ? "linear" : std::string_view(fit.activation);
    const double activation_wrong = probability_mismatch(wanted, activation, units);
    least =
        std::min(least, std::max(activation_wrong, classification_loss_mismatch(fit.loss, loss)));
  }
  return fits.empty() ? 0 : least;
}

LearningRates usual_learning_rates(std::string_view optimizer) {
  static const std::map<std::string_view, LearningRates> kRates{
      {"sgd", {1e-3, 1e-2, 0.3}},     {"rmsprop", {1e-4, 1e-3, 1e-2}},
      {"adam", {1e-4, 1e-3, 1e-2}},   {"nadam", {1e-4, 1e-3, 1e-2}},
      {"adamw", {1e-4, 1e-3, 1e-2}},  {"adamax", {2e-4, 2e-3, 2e-2}},
      {"adagrad", {2e-3, 1e-2, 0.1}}, {"adadelta", {0.1, 1.0, 1.0}},
      {"ftrl", {2e-3, 1e-2, 0.3}},
  };
  const auto found = kRates.find(optimizer);
  return found == kRates.end() ? LearningRates{1e-4, 1e-3, 1e-2} : found->second;
}

double starting_rate(std::string_view optimizer, double update_steps) {
  const LearningRates rates = usual_learning_rates(optimizer);
  if (update_steps < 300) return rates.high;
  if (update_steps < 3000) {
    // One significant digit of the geometric middle: 3e-3 between 1e-3 and 1e-2.
    const double middle = std::sqrt(rates.usual * rates.high);
    const double unit = std::pow(10.0, std::floor(std::log10(middle)));
    return std::floor(middle / unit) * unit;
  }
  return rates.usual;
}

double hidden_activation_suspicion(std::string_view activation, std::size_t depth) {
  static const std::map<std::string_view, double> kSuspicion{
      {"linear", 0.75}, {"softmax", 0.8},   {"exponential", 0.7}, {"hard_sigmoid", 0.4},
      {"sigmoid", 0.3}, {"softplus", 0.15}, {"softsign", 0.15},   {"tanh", 0.1},
      {"relu", 0.0},    {"elu", 0.05},      {"selu", 0.05},
  };
  const auto found = kSuspicion.find(activation);
  if (found == kSuspicion.end()) return 0.1;
  const bool saturates = activation == "sigmoid" || activation == "hard_sigmoid";
  return saturates && depth >= 3 ? found->second + 0.3 : found->second;
}

double initializer_suspicion(const nlohmann::json& initializer) {
  const std::string name = value_name(initializer);
  if (name == "zeros" || name == "ones" || name == "constant") return 0.9;
  if (!initializer.is_object()) return 0;
  const double spread =
      std::max({initializer.value("stddev", 0.0), std::abs(initializer.value("maxval", 0.0)),
                std::abs(initializer.value("minval", 0.0))});
  if (spread >= 0.5) return 0.7;
  return std::abs(initializer.value("mean", 0.0)) > 0.2 ? 0.6 : 0.05;
}

std::string value_name(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) {
    if (value.contains("class")) return value.at("class").get<std::string>();
    if (value.contains("custom")) return "custom";
  }
  return value.is_null() ? "" : value.dump();
}

}  // namespace dlfix::eval
