#include "mapping/program/keras_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace dlfix::mapping {
namespace {

using nlohmann::json;

const std::vector<InitializerInfo>& initializers() {
  static const std::vector<InitializerInfo> table = {
      {"zeros", "Zeros", json::object()},
      {"ones", "Ones", json::object()},
      {"constant", "Constant", {{"value", 0.0}}},
      {"random_normal", "RandomNormal", {{"mean", 0.0}, {"stddev", 0.05}}},
      {"random_uniform", "RandomUniform", {{"minval", -0.05}, {"maxval", 0.05}}},
      {"truncated_normal", "TruncatedNormal", {{"mean", 0.0}, {"stddev", 0.05}}},
      {"variance_scaling",
       "VarianceScaling",
       {{"scale", 1.0}, {"mode", "fan_in"}, {"distribution", "truncated_normal"}}},
      {"orthogonal", "Orthogonal", {{"gain", 1.0}}},
      {"identity", "Identity", {{"gain", 1.0}}},
      {"glorot_uniform", "GlorotUniform", json::object()},
      {"glorot_normal", "GlorotNormal", json::object()},
      {"he_uniform", "HeUniform", json::object()},
      {"he_normal", "HeNormal", json::object()},
      {"lecun_uniform", "LecunUniform", json::object()},
      {"lecun_normal", "LecunNormal", json::object()},
  };
  return table;
}

const std::vector<std::string>& activations() {
  static const std::vector<std::string> table = {
      "linear",      "relu",       "sigmoid",     "softmax",     "tanh",           "elu",
      "selu",        "softplus",   "softsign",    "exponential", "hard_sigmoid",   "silu",
      "gelu",        "leaky_relu", "relu6",       "mish",        "hard_silu",      "log_softmax",
      "celu",        "glu",        "hard_tanh",   "log_sigmoid", "soft_shrink",    "hard_shrink",
      "tanh_shrink", "squareplus", "sparse_plus", "sparsemax",   "sparse_sigmoid", "threshold"};
  return table;
}

// Function name first, then what else is accepted for it.
const std::vector<std::vector<std::string>>& losses() {
  static const std::vector<std::vector<std::string>> table = {
      {"mean_squared_error", "mse"},
      {"mean_absolute_error", "mae"},
      {"mean_absolute_percentage_error", "mape"},
      {"mean_squared_logarithmic_error", "msle"},
      {"squared_hinge"},
      {"hinge"},
      {"categorical_hinge"},
      {"log_cosh", "logcosh"},
      {"huber", "huber_loss"},
      {"categorical_crossentropy", "cce"},
      {"sparse_categorical_crossentropy", "scce"},
      {"binary_crossentropy", "bce"},
      {"binary_focal_crossentropy"},
      {"categorical_focal_crossentropy"},
      {"kl_divergence", "kullback_leibler_divergence", "kld"},
      {"poisson"},
      {"cosine_similarity", "cosine_proximity"},
      {"ctc"},
      {"dice"},
      {"tversky"},
  };
  return table;
}

// Before TensorFlow 2.4.
bool is_old(const std::string& profile) {
  return profile == "tf23" || profile == "keras231" || profile == "keras22";
}

constexpr std::array kCommonArguments = {"clipnorm",
                                         "clipvalue",
                                         "global_clipnorm",
                                         "weight_decay",
                                         "decay",
                                         "use_ema",
                                         "ema_momentum",
                                         "ema_overwrite_frequency",
                                         "loss_scale_factor",
                                         "gradient_accumulation_steps",
                                         "jit_compile",
                                         "name"};

std::vector<std::string> with_common(std::vector<std::string> own) {
  own.insert(own.begin(), "learning_rate");
  own.insert(own.end(), kCommonArguments.begin(), kCommonArguments.end());
  return own;
}

const std::vector<OptimizerInfo>& optimizers() {
  static const std::vector<OptimizerInfo> table = {
      {"sgd", "SGD", with_common({"momentum", "nesterov"}), 0.01, 0.01},
      {"rmsprop", "RMSprop", with_common({"rho", "momentum", "epsilon", "centered"}), 0.001, 0.001},
      {"adagrad", "Adagrad", with_common({"initial_accumulator_value", "epsilon"}), 0.001, 0.01},
      {"adadelta", "Adadelta", with_common({"rho", "epsilon"}), 0.001, 1.0},
      {"adam", "Adam", with_common({"beta_1", "beta_2", "epsilon", "amsgrad"}), 0.001, 0.001},
      {"adamax", "Adamax", with_common({"beta_1", "beta_2", "epsilon"}), 0.001, 0.002},
      {"nadam", "Nadam", with_common({"beta_1", "beta_2", "epsilon"}), 0.001, 0.002},
      {"ftrl", "Ftrl",
       with_common({"learning_rate_power", "initial_accumulator_value",
                    "l1_regularization_strength", "l2_regularization_strength",
                    "l2_shrinkage_regularization_strength", "beta"}),
       0.001, 0.001},
      {"adamw", "AdamW", with_common({"beta_1", "beta_2", "epsilon", "amsgrad"}), 0.001, 0.001},
      {"lion", "Lion", with_common({"beta_1", "beta_2"}), 0.001, 0.001},
  };
  return table;
}

}  // namespace

std::string squashed(std::string_view spelling) {
  std::string result;
  for (const char c : spelling) {
    if (c != '_' && c != ' ' && c != '-') {
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return result;
}

const InitializerInfo* find_initializer(std::string_view spelling) {
  static const std::map<std::string, std::string> aliases = {
      {"normal", "randomnormal"}, {"uniform", "randomuniform"}, {"zero", "zeros"}, {"one", "ones"}};
  std::string wanted = squashed(spelling);
  if (const auto alias = aliases.find(wanted); alias != aliases.end()) wanted = alias->second;
  for (const auto& info : initializers()) {
    if (squashed(info.name) == wanted) return &info;
  }
  return nullptr;
}

std::vector<std::string> initializer_names() {
  std::vector<std::string> names;
  for (const auto& info : initializers()) names.push_back(info.name);
  return names;
}

std::optional<std::string> activation_name(std::string_view spelling) {
  const std::string wanted = squashed(spelling);
  if (wanted == "none") return "linear";
  if (wanted == "swish") return "silu";
  if (wanted == "hardswish") return "hard_silu";
  for (const auto& name : activations()) {
    if (squashed(name) == wanted) return name;
  }
  return std::nullopt;
}

std::vector<std::string> activation_names() { return activations(); }

std::string activation_spelling(const std::string& activation, const std::string& profile) {
  return activation == "silu" && is_old(profile) ? "swish" : activation;
}

std::optional<std::string> loss_name(std::string_view spelling) {
  const std::string wanted = squashed(spelling);
  for (const auto& names : losses()) {
    for (const auto& name : names) {
      if (squashed(name) == wanted) return names.front();
    }
  }
  return std::nullopt;
}

std::vector<std::string> loss_names() {
  std::vector<std::string> result;
  for (const auto& names : losses()) result.push_back(names.front());
  return result;
}

std::string loss_spelling(const std::string& loss, const std::string& profile) {
  if (!is_old(profile)) return loss;
  if (loss == "kl_divergence") return "kullback_leibler_divergence";
  if (loss == "log_cosh") return "logcosh";
  return loss;
}

bool OptimizerInfo::has(std::string_view argument) const {
  return std::find(arguments.begin(), arguments.end(), argument) != arguments.end();
}

double OptimizerInfo::default_learning_rate(const std::string& profile) const {
  return profile == "keras22" || profile == "keras231" ? old_learning_rate : learning_rate;
}

const OptimizerInfo* find_optimizer(std::string_view spelling) {
  const std::string wanted = squashed(spelling);
  for (const auto& info : optimizers()) {
    if (info.name == wanted) return &info;
  }
  return nullptr;
}

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const auto& info : optimizers()) names.push_back(info.name);
  return names;
}

bool is_common_optimizer_argument(std::string_view name) {
  return std::find(kCommonArguments.begin(), kCommonArguments.end(), name) !=
         kCommonArguments.end();
}

bool is_numbered_layer(std::string_view class_name) {
  static const std::vector<std::string_view> classes = {
      "Dense", "Conv1D",          "Conv2D",          "Conv3D",          "SeparableConv1D",
      "LSTM",  "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose", "Conv1DTranspose",
      "GRU",   "SimpleRNN",       "Bidirectional",   "ConvLSTM2D"};
  return std::find(classes.begin(), classes.end(), class_name) != classes.end();
}

}  // namespace dlfix::mapping
