#include "trainer/torch/layer.h"

#include "trainer/torch/failure.h"

namespace dlfix::trainer {

using nlohmann::json;

std::vector<json> LayerArgs::each(const char* attribute) const {
  std::vector<json> values;
  for (const LayerSpec* spec : specs) {
    const auto found = spec->attributes.find(attribute);
    values.push_back(found == spec->attributes.end() ? json() : *found);
  }
  return values;
}

Activations LayerArgs::activations(const char* attribute) const {
  std::vector<std::string> names;
  for (const LayerSpec* spec : specs) names.push_back(activation_name(spec->attributes, attribute));
  return Activations(std::move(names), *profile);
}

WeightSpec weight_spec(const LayerArgs& args, const std::string& name, Shape shape) {
  WeightSpec weight;
  weight.name = name;
  weight.shape = std::move(shape);
  weight.initializer = args.each((name + "_initializer").c_str());
  if (name == "bias") {
    for (std::size_t r = 0; r < args.specs.size(); ++r) {
      if (!args.specs[r]->attributes.contains("bias_initializer")) weight.initializer[r] = "zeros";
    }
  }
  weight.regularizer = args.each((name + "_regularizer").c_str());
  weight.constraint = args.each((name + "_constraint").c_str());
  return weight;
}

std::int64_t integer_attribute(const json& attributes, const char* name) {
  const auto found = attributes.find(name);
  if (found == attributes.end() || found->is_null()) {
    fail_as_crash(std::string("attribute '") + name + "' is missing");
  }
  if (!found->is_number_integer()) {
    fail_as_crash(std::string("attribute '") + name + "' must be an integer, not " + found->dump());
  }
  return found->get<std::int64_t>();
}

std::int64_t positive_attribute(const json& attributes, const char* name) {
  const std::int64_t value = integer_attribute(attributes, name);
  if (value <= 0) {
    fail_as_crash(std::string("attribute '") + name + "' must be positive, not " +
                  std::to_string(value));
  }
  return value;
}

}  // namespace dlfix::trainer
