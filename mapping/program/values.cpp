#include "mapping/program/values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "mapping/program/keras_names.h"
#include "mapping/program/layer_sites.h"
#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::InputError;

[[noreturn]] void refuse(const Hyperparameter& hp, const json& value, const std::string& allowed) {
  throw InputError(
      fmt::format("{} = {} is not possible: allowed is {}", hp.name, value.dump(), allowed));
}

bool is_none(const json& value) {
  return value.is_null() || (value.is_string() && squashed(value.get<std::string>()) == "none");
}

json whole_number(const Hyperparameter& hp, const json& value, std::int64_t least,
                  std::int64_t most) {
  const std::string allowed = most == std::numeric_limits<std::int32_t>::max()
                                  ? fmt::format("a whole number of at least {}", least)
                                  : fmt::format("a whole number from {} to {}", least, most);
  if (!value.is_number()) refuse(hp, value, allowed);
  const double number = value.get<double>();
  if (std::floor(number) != number || number < static_cast<double>(least) ||
      number > static_cast<double>(most)) {
    refuse(hp, value, allowed);
  }
  return static_cast<std::int64_t>(number);
}

json count(const Hyperparameter& hp, const json& value, std::int64_t least) {
  return whole_number(hp, value, least, std::numeric_limits<std::int32_t>::max());
}

json share(const Hyperparameter& hp, const json& value) {
  if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1)) {
    refuse(hp, value, "a number from 0 to 1");
  }
  return value.get<double>();
}

json positive(const Hyperparameter& hp, const json& value) {
  if (!value.is_number() || !(value.get<double>() > 0) || !std::isfinite(value.get<double>())) {
    refuse(hp, value, "a number above 0");
  }
  return value.get<double>();
}

json truth(const Hyperparameter& hp, const json& value) {
  if (!value.is_boolean()) refuse(hp, value, "true or false");
  return value;
}

json activation(const Hyperparameter& hp, const json& value) {
  if (is_none(value)) return "linear";
  if (value.is_string()) {
    if (const auto name = activation_name(value.get<std::string>())) return *name;
  }
  refuse(hp, value, fmt::format("{}", fmt::join(activation_names(), ", ")));
}

json initializer_object(const Hyperparameter& hp, const json& value) {
  const InitializerInfo* info = value.contains("class") && value["class"].is_string()
                                    ? find_initializer(value["class"].get<std::string>())
                                    : nullptr;
  if (info == nullptr) refuse(hp, value, fmt::format("{}", fmt::join(initializer_names(), ", ")));
  json result = info->parameters;
  for (const auto& [key, parameter] : value.items()) {
    if (key == "class" || (key == "seed" && parameter.is_null())) continue;
    const bool known = info->parameters.contains(key) || key == "seed";
    const bool fits =
        known && (key == "seed" ? parameter.is_number_integer()
                                : parameter.is_number() == info->parameters[key].is_number());
    if (!fits) {
      refuse(hp, value,
             fmt::format("{} with parameters of {}", info->name, info->parameters.dump()));
    }
    result[key] = parameter;
  }
  if (result == info->parameters) return info->name;
  result["class"] = info->name;
  return result;
}

const OwnInitializer* own_initializer(const Program& program, const json& value) {
  return value.is_string() ? program.find_own_initializer(value.get<std::string>()) : nullptr;
}

json initializer(const Program& program, const Hyperparameter& hp, const json& value) {
  if (is_none(value)) return hp.kind == "bias_initializer" ? "zeros" : "glorot_uniform";
  if (own_initializer(program, value) != nullptr) return value;
  if (value.is_object()) return initializer_object(hp, value);
  if (!value.is_string()) {
    refuse(hp, value, fmt::format("{}", fmt::join(initializer_names(), ", ")));
  }
  return initializer_object(hp, {{"class", value}});
}

json regularizer(const Hyperparameter& hp, const json& value) {
  const char* const allowed =
      "null, l1, l2, l1_l2, or {\"class\": \"l1_l2\", \"l1\": .., \"l2\": ..}";
  if (is_none(value)) return nullptr;
  // Keras's own defaults of these names: 0.01.
  const std::string name =
      value.is_string() ? squashed(value.get<std::string>())
      : value.is_object() && value.contains("class") && value["class"].is_string()
          ? squashed(value["class"].get<std::string>())
          : "";
  if (name != "l1" && name != "l2" && name != "l1l2") refuse(hp, value, allowed);
  const bool both = name == "l1l2" && value.is_string();
  json result = {{"class", "l1_l2"},
                 {"l1", both || (name == "l1") ? 0.01 : 0.0},
                 {"l2", both || (name == "l2") ? 0.01 : 0.0}};
  if (value.is_string()) return result;
  for (const auto& [key, strength] : value.items()) {
    if (key == "class") continue;
    const bool known = key == "l1" || key == "l2";
    if (!known || !strength.is_number() || strength.get<double>() < 0) refuse(hp, value, allowed);
    result[key] = strength.get<double>();
  }
  if (result["l1"] == 0.0 && result["l2"] == 0.0) return nullptr;
  return result;
}

// One number when all dimensions have the same size, as the probe shows it.
json kernel_size(const Program& program, const Hyperparameter& hp, const json& value) {
  trainer::ModelSpec model = program.model;
  const json* const now = layer_attribute(hp, model);
  const std::size_t rank = now != nullptr && now->is_array() ? now->size() : 0;
  if (value.is_number()) return count(hp, value, 1);
  const bool fits = value.is_array() && !value.empty() && (rank == 0 || value.size() == rank);
  if (!fits) refuse(hp, value, "a whole number, or one for each dimension of the kernel");
  json result = json::array();
  for (const auto& size : value) result.push_back(count(hp, size, 1));
  const bool same = std::all_of(result.begin(), result.end(),
                                [&](const json& size) { return size == result.front(); });
  return same ? result.front() : result;
}

json loss(const Hyperparameter& hp, const json& value) {
  if (value.is_string()) {
    if (const auto name = loss_name(value.get<std::string>())) return *name;
  }
  refuse(hp, value, fmt::format("{}", fmt::join(loss_names(), ", ")));
}

json optimizer(const Hyperparameter& hp, const json& value) {
  if (value.is_string()) {
    if (const auto* info = find_optimizer(value.get<std::string>())) return info->name;
  }
  refuse(hp, value, fmt::format("{}", fmt::join(optimizer_names(), ", ")));
}

// Options of a recurrent layer keep the type that the program's value has.
json same_type(const Hyperparameter& hp, const json& value) {
  const bool both_numbers = value.is_number() && hp.value.is_number();
  if (!both_numbers && value.type() != hp.value.type()) {
    refuse(hp, value, fmt::format("a value of the type of {}", hp.value.dump()));
  }
  return value;
}

// Before TensorFlow 2.5 Dense(0) was legal, and searches of that time tried it.
std::int64_t least_units(const std::string& profile) {
  return profile == "tf23" || profile == "keras231" || profile == "keras22" ? 0 : 1;
}

// Whether the value is the function of the program's own that stands there, or its bare name.
bool is_own_function(const Hyperparameter& hp, const json& value) {
  if (!hp.value.is_object() || !hp.value.contains("custom")) return false;
  return value == hp.value || value == hp.value["custom"];
}

json checked(const Program& program, const Hyperparameter& hp, const json& value) {
  if (is_own_function(hp, value)) return hp.value;
  if (hp.kind == "activation") return activation(hp, value);
  if (hp.kind == "kernel_initializer" || hp.kind == "bias_initializer") {
    return initializer(program, hp, value);
  }
  if (hp.kind == "units") return count(hp, value, least_units(program.profile));
  if (hp.kind == "filters" || hp.kind == "batch_size" || hp.kind == "epochs") {
    return count(hp, value, 1);
  }
  if (hp.kind == "kernel_size") return kernel_size(program, hp, value);
  if (hp.kind == "layer_repeat") return whole_number(hp, value, 0, 16);
  if (hp.kind == "kernel_regularizer") return regularizer(hp, value);
  if (hp.kind == "dropout_rate" || hp.kind == "dropout_insert" || hp.kind == "momentum") {
    return share(hp, value);
  }
  if (hp.kind == "loss") return loss(hp, value);
  if (hp.kind == "optimizer") return optimizer(hp, value);
  if (hp.kind == "learning_rate") return positive(hp, value);
  if (hp.kind == "batch_normalization" || hp.kind == "scale") return truth(hp, value);
  return same_type(hp, value);
}

[[noreturn]] void refuse_unknown(const Program& program, const std::string& name) {
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const auto& hp : program.hyperparameters) {
    near.emplace_back(support::edit_distance(name.substr(0, 64), hp.name), hp.name);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> names;
  for (std::size_t rank = 0; rank < near.size() && rank < 5; ++rank) {
    names.push_back(near[rank].second);
  }
  throw InputError(fmt::format("{} has no hyperparameter {}", program.path, name),
                   fmt::format("the nearest names are {}", fmt::join(names, ", ")));
}

}  // namespace

bool is_own_value(const Program& program, const Hyperparameter& hp, const json& value) {
  if (value == hp.value) return true;
  try {
    return checked(program, hp, value) == checked(program, hp, hp.value);
  } catch (const InputError&) {
    return false;
  }
}

json normal_value(const Program& program, const Hyperparameter& hp, const json& value) {
  if (value == hp.value) {
    try {
      return checked(program, hp, value);
    } catch (const InputError&) {
      return value;  // a value of the program's own making, such as a custom activation
    }
  }
  return checked(program, hp, value);
}

Config real_changes(const Program& program, const Config& changes) {
  Config result;
  for (const auto& [name, value] : changes) {
    const Hyperparameter* hp = program.find(name);
    if (hp == nullptr) refuse_unknown(program, name);
    const json normal = normal_value(program, *hp, value);
    // An unknown value (null) is only equal to a regulariser that is absent.
    const bool unknown = hp->value.is_null() && hp->kind != "kernel_regularizer";
    if (unknown ? !value.is_null() : !is_own_value(program, *hp, normal)) result[name] = normal;
  }
  return result;
}

json initializer_attribute(const Program& program, const json& value) {
  if (value.is_object()) return value;
  if (const auto* own = own_initializer(program, value)) return own->value;
  const InitializerInfo* info = find_initializer(value.get<std::string>());
  json result = info->parameters;
  result["class"] = info->name;
  return result;
}

}  // namespace dlfix::mapping
