#include "eval/truths/mutations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace dlfix::eval {
namespace {

using nlohmann::json;

/// "ki" of "ki3"; a name without a number is its own stem.
std::string_view stem_of(std::string_view name) {
  while (!name.empty() && std::isdigit(static_cast<unsigned char>(name.back())) != 0)
    name.remove_suffix(1);
  return name;
}

template <typename Value>
std::vector<json> listed(const std::vector<Value>& values) {
  return {values.begin(), values.end()};
}

std::vector<json> doubled_and_halved(const json& value) {
  if (!value.is_number()) return {};
  const auto number = value.get<std::int64_t>();
  std::vector<json> values{number * 2};
  if (number / 2 >= 1) values.emplace_back(number / 2);
  return values;
}

std::vector<json> tenfold_and_tenth(const json& value) {
  if (!value.is_number()) return {};
  return {value.get<double>() * 10, value.get<double>() / 10};
}

std::vector<json> values_for(const std::string& name, const json& value,
                             const MutationValues& values) {
  const std::string_view stem = stem_of(name);
  if (stem == "ki" || stem == "bi") return listed(values.initialisers);
  if (stem == "act") return listed(values.activations);
  if (stem == "layer") return listed(values.repeats);
  if (stem == "unit" || name == "epochs") return doubled_and_halved(value);
  if (name == "loss") return listed(values.losses);
  if (name == "batch_size") return listed(values.batch_sizes);
  if (name == "optimizer") return listed(values.optimizers);
  if (name == "lr") return tenfold_and_tenth(value);
  return {};
}

}  // namespace

std::vector<Mutation> mutations_of(const OrderedConfig& config, const MutationValues& values) {
  std::vector<Mutation> mutations;
  for (std::size_t i = 0; i < config.size(); ++i) {
    const auto& [name, value] = config[i];
    for (auto& other : values_for(name, value, values)) {
      if (other != value) mutations.push_back({i, std::move(other)});
    }
  }
  return mutations;
}

std::string key_of(const OrderedConfig& config) {
  std::string key;
  for (const auto& [name, value] : config) {
    key += value.is_number() ? fmt::format("{}", value.get<double>()) : value.dump();
    key += '|';
  }
  return key;
}

}  // namespace dlfix::eval
