#include "trainer/spec/attributes.h"

#include <fmt/core.h>

#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

[[noreturn]] void wrong(const LayerSpec& layer, const char* name, const char* wanted) {
  const bool missing = !layer.attributes.contains(name);
  throw support::InputError(
      fmt::format("{}: {} is {}, {} is needed", describe(layer), name,
                  missing ? "missing" : layer.attributes.at(name).dump().substr(0, 80), wanted));
}

/// nullptr when the attribute is absent or null.
const json* find(const LayerSpec& layer, const char* name) {
  const auto found = layer.attributes.find(name);
  return found == layer.attributes.end() || found->is_null() ? nullptr : &*found;
}

/// JSON writers may give whole numbers a point.
bool is_whole(const json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const auto number = value.get<double>();
  return number > -1e15 && number < 1e15 &&
         number == static_cast<double>(static_cast<std::int64_t>(number));
}

std::int64_t whole(const LayerSpec& layer, const char* name, const json& value) {
  if (!is_whole(value)) wrong(layer, name, "a whole number");
  return value.get<std::int64_t>();
}

}  // namespace

std::string describe(const LayerSpec& layer) {
  std::string text = layer.class_name;
  if (!layer.name.empty()) text += fmt::format(" '{}'", layer.name);
  if (layer.line > 0) text += fmt::format(" (line {})", layer.line);
  return text;
}

std::int64_t integer_attribute(const LayerSpec& layer, const char* name) {
  const json* value = find(layer, name);
  if (value == nullptr) wrong(layer, name, "a whole number");
  return whole(layer, name, *value);
}

std::int64_t integer_attribute(const LayerSpec& layer, const char* name, std::int64_t fallback) {
  const json* value = find(layer, name);
  return value == nullptr ? fallback : whole(layer, name, *value);
}

bool truth_attribute(const LayerSpec& layer, const char* name, bool fallback) {
  const json* value = find(layer, name);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) wrong(layer, name, "true or false");
  return value->get<bool>();
}

std::string text_attribute(const LayerSpec& layer, const char* name, const char* fallback) {
  const json* value = find(layer, name);
  if (value == nullptr) return fallback;
  if (!value->is_string()) wrong(layer, name, "a string");
  return value->get<std::string>();
}

std::vector<std::int64_t> sizes_attribute(const LayerSpec& layer, const char* name,
                                          std::size_t rank,
                                          const std::vector<std::int64_t>& fallback) {
  const json* value = find(layer, name);
  if (value == nullptr) return fallback;
  if (!value->is_array()) return std::vector(rank, whole(layer, name, *value));
  if (value->size() != rank) wrong(layer, name, "one number per dimension");
  std::vector<std::int64_t> sizes;
  for (const json& element : *value) sizes.push_back(whole(layer, name, element));
  return sizes;
}

std::vector<std::int64_t> list_attribute(const LayerSpec& layer, const char* name) {
  const json* value = find(layer, name);
  if (value == nullptr || !value->is_array()) wrong(layer, name, "a list of whole numbers");
  std::vector<std::int64_t> list;
  for (const json& element : *value) list.push_back(whole(layer, name, element));
  return list;
}

std::vector<std::pair<std::int64_t, std::int64_t>> borders_attribute(const LayerSpec& layer,
                                                                     const char* name,
                                                                     std::size_t rank) {
  const json* value = find(layer, name);
  if (value == nullptr) wrong(layer, name, "border sizes");
  if (!value->is_array())
    return std::vector(rank, std::pair(whole(layer, name, *value), whole(layer, name, *value)));
  std::vector<std::pair<std::int64_t, std::int64_t>> borders;
  // In one dimension a flat pair is [before, after]; in more it is one number per dimension.
  if (rank == 1 && value->size() == 2 && !value->front().is_array()) {
    return {{whole(layer, name, value->at(0)), whole(layer, name, value->at(1))}};
  }
  if (value->size() != rank) wrong(layer, name, "one border per dimension");
  for (const json& border : *value) {
    const bool pair = border.is_array() && border.size() == 2;
    if (border.is_array() && !pair) wrong(layer, name, "[before, after] per dimension");
    borders.emplace_back(whole(layer, name, pair ? border.at(0) : border),
                         whole(layer, name, pair ? border.at(1) : border));
  }
  return borders;
}

}  // namespace dlfix::trainer
