#include "trainer/spec/json_fields.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>

#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

constexpr const char* kNonFinite = "non_finite";
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

std::string non_finite_name(double value) {
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

std::optional<double> number_from_json(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

}  // namespace

json number_to_json(double value) {
  if (!std::isfinite(value)) return non_finite_name(value);
  const bool negative_zero = value == 0 && std::signbit(value);
  if (std::trunc(value) == value && std::abs(value) < kExactIntegers && !negative_zero) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

json float_to_json(float value) {
  if (!std::isfinite(value) || std::trunc(value) == value) return number_to_json(value);
  // The double nearest to the float's shortest decimal: dumps short, and rounds back to the float.
  std::array<char, 64> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double shortest = value;
  std::from_chars(text.data(), end, shortest);
  return static_cast<float>(shortest) == value ? shortest : static_cast<double>(value);
}

json escape_non_finite(const json& value) {
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    return {{kNonFinite, non_finite_name(value.get<double>())}};
  }
  if (!value.is_structured()) return value;
  json escaped = value;
  for (json& element : escaped) element = escape_non_finite(element);
  return escaped;
}

json restore_non_finite(const json& value) {
  if (!value.is_structured()) return value;
  if (value.is_object() && value.size() == 1 && value.contains(kNonFinite)) {
    if (const auto number = number_from_json(value.at(kNonFinite))) return *number;
  }
  json restored = value;
  for (json& element : restored) element = restore_non_finite(element);
  return restored;
}

FieldReader::FieldReader(const json& object, const char* kind) : object_(object), kind_(kind) {
  if (!object.is_object()) throw support::InputError(fmt::format("{}: not a JSON object", kind));
}

bool FieldReader::has(const char* field) const {
  const auto found = object_.find(field);
  return found != object_.end() && !found->is_null();
}

const json& FieldReader::value(const char* field) const {
  const auto found = object_.find(field);
  if (found == object_.end()) {
    throw support::InputError(fmt::format("{}: the field '{}' is missing", kind_, field));
  }
  return *found;
}

std::string FieldReader::text(const char* field) const {
  const json& found = value(field);
  if (!found.is_string()) wrong(field, "a string");
  return found.get<std::string>();
}

std::int64_t FieldReader::integer(const char* field) const {
  const json& found = value(field);
  const bool too_large = found.is_number_unsigned() &&
                         found.get<std::uint64_t>() >
                             static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!found.is_number_integer() || too_large) wrong(field, "a whole number");
  return found.get<std::int64_t>();
}

std::uint64_t FieldReader::natural(const char* field) const {
  const json& found = value(field);
  const bool negative =
      !found.is_number_unsigned() && found.is_number_integer() && found.get<std::int64_t>() < 0;
  if (!found.is_number_integer() || negative) wrong(field, "a whole number from 0");
  return found.get<std::uint64_t>();
}

double FieldReader::number(const char* field) const {
  const auto found = number_from_json(value(field));
  if (!found) wrong(field, "a number");
  return *found;
}

bool FieldReader::truth(const char* field) const {
  const json& found = value(field);
  if (!found.is_boolean()) wrong(field, "true or false");
  return found.get<bool>();
}

const json& FieldReader::list(const char* field) const {
  const json& found = value(field);
  if (!found.is_array()) wrong(field, "a list");
  return found;
}

std::vector<std::int64_t> FieldReader::integers(const char* field) const {
  const json& found = list(field);
  std::vector<std::int64_t> result;
  result.reserve(found.size());
  for (const json& element : found) {
    if (!element.is_number_integer()) wrong(field, "a list of whole numbers");
    result.push_back(element.get<std::int64_t>());
  }
  return result;
}

std::vector<double> FieldReader::numbers(const char* field) const {
  const json& found = list(field);
  std::vector<double> result;
  result.reserve(found.size());
  for (const json& element : found) {
    const auto number = number_from_json(element);
    if (!number) wrong(field, "a list of numbers");
    result.push_back(*number);
  }
  return result;
}

void FieldReader::wrong(const char* field, const char* wanted) const {
  throw support::InputError(fmt::format(
      "{}: the field '{}' is {}, not {}", kind_, field,
      object_.at(field).dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 80),
      wanted));
}

}  // namespace dlfix::trainer
