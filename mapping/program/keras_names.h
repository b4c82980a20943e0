// Names of Keras objects in every accepted spelling, their normal form and their defaults.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::mapping {

/// Lower case without underscores and blanks: "RandomNormal", "random_normal" -> "randomnormal".
std::string squashed(std::string_view spelling);

struct InitializerInfo {
  std::string name;                                      ///< normal form: random_normal
  std::string class_name;                                ///< Keras class: RandomNormal
  nlohmann::json parameters = nlohmann::json::object();  ///< defaults, without `seed`
};

/// Class name, snake-case name or alias (normal, uniform, zero, one), any case; nullptr: unknown.
/// Source: specs of Keras 2 and 3; both accept these strings.
const InitializerInfo* find_initializer(std::string_view spelling);
std::vector<std::string> initializer_names();

/// Snake-case name of a Keras activation; nullopt: unknown. Keras's `None` is `linear`.
std::optional<std::string> activation_name(std::string_view spelling);
std::vector<std::string> activation_names();
/// The spelling that `profile` accepts: `swish` was not yet `silu` before TensorFlow 2.4.
std::string activation_spelling(const std::string& activation, const std::string& profile);

/// Function name of a loss from a function name, class name or short name (mse, kld, ...), in
/// the spelling of Keras 3 (`kl_divergence`, `log_cosh`); nullopt: unknown.
std::optional<std::string> loss_name(std::string_view spelling);
std::vector<std::string> loss_names();
/// The spelling that `profile` accepts: before TensorFlow 2.4 the two losses renamed since keep
/// their old names (`kullback_leibler_divergence`, `logcosh`).
std::string loss_spelling(const std::string& loss, const std::string& profile);

struct OptimizerInfo {
  std::string name;                    ///< normal form: rmsprop
  std::string class_name;              ///< Keras class: RMSprop
  std::vector<std::string> arguments;  ///< constructor arguments of any Keras version
  double learning_rate;                ///< default since tf.keras
  double old_learning_rate;            ///< default of standalone Keras 2 (keras22, keras231)

  bool has(std::string_view argument) const;
  double default_learning_rate(const std::string& profile) const;
};

/// Class name in any case; nullptr: unknown.
const OptimizerInfo* find_optimizer(std::string_view spelling);
std::vector<std::string> optimizer_names();

/// Arguments of the base class: absent or null unless the program writes them.
bool is_common_optimizer_argument(std::string_view name);

/// Layers that the naming rule numbers: Dense, convolutions, recurrent layers.
bool is_numbered_layer(std::string_view class_name);

}  // namespace dlfix::mapping
