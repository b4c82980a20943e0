#include "mapping/patch/patch_values.h"

#include <fmt/format.h>
#include <array>
#include <charconv>

#include "mapping/program/keras_names.h"
#include "mapping/program/values.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

bool is_number_kind(const std::string& kind) {
  constexpr std::array kKinds = {"units",         "filters",       "layer_repeat", "dropout_rate",
                                 "momentum",      "epochs",        "batch_size",   "kernel_size",
                                 "learning_rate", "dropout_insert"};
  for (const std::string_view known : kKinds)
    if (known == kind) return true;
  return false;
}

/// "0.001" and " 64 " as numbers.
json number_in(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return nullptr;
  text = text.substr(first, text.find_last_not_of(' ') - first + 1);
  const char* end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, whole);
      error == std::errc{} && stop == end)
    return whole;
  double number = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, number);
      error == std::errc{} && stop == end)
    return number;
  return nullptr;
}

/// "keras.optimizers.Adam(...)" -> "Adam": models write the constructor where a name is asked for.
std::string bare_name(const std::string& text) {
  std::string name = text.substr(0, text.find('('));
  if (const auto dot = name.rfind('.'); dot != std::string::npos) name.erase(0, dot + 1);
  return name;
}

/// Any JSON of the lenient reader as plain JSON, with numbers in strings made numbers.
json prepared(const Hyperparameter& hyperparameter, const json& value, std::string& repair) {
  if (!value.is_string()) return value;
  const auto text = value.get<std::string>();
  if (is_number_kind(hyperparameter.kind)) {
    json number = number_in(text);
    if (number.is_null()) return value;
    repair = fmt::format("the text \"{}\" read as a number", text);
    return number;
  }
  if (text.find('(') == std::string::npos && text.find('.') == std::string::npos) return value;
  repair = fmt::format("{} read as {}", text, bare_name(text));
  return bare_name(text);
}

/// Is `value` the class of the object that the program has there? A program with RandomNormal(0, 1)
/// means that by "RandomNormal", as its values are listed; "random_normal" is Keras's own name.
bool names_own_object(const Hyperparameter& hyperparameter, const json& value) {
  const json& own = hyperparameter.value;
  if (!value.is_string() || !own.is_object() || !own.contains("class")) return false;
  const InitializerInfo* const info = find_initializer(own["class"].get<std::string>());
  return info != nullptr && info->class_name == value.get<std::string>();
}

/// A whole number where Keras wants one, written as 64.0.
bool is_plain_respelling(const json& written, const json& read) {
  return written == read || (written.is_number() && read.is_number());
}

PatchOutcome classify(const Hyperparameter& hyperparameter, const json& value) {
  if (is_number_kind(hyperparameter.kind))
    return value.is_number() || value.is_array() ? PatchOutcome::kOutOfRange : PatchOutcome::kType;
  return value.is_string() || value.is_object() ? PatchOutcome::kUnknownValue : PatchOutcome::kType;
}

}  // namespace

PatchValue read_patch_value(const Program& program, const Hyperparameter& hyperparameter,
                            const nlohmann::ordered_json& value) {
  PatchValue result;
  const json plain = json(value);
  if (names_own_object(hyperparameter, plain)) {
    result.value = hyperparameter.value;
    return result;
  }
  const json ready = prepared(hyperparameter, plain, result.repair);
  try {
    result.value = normal_value(program, hyperparameter, ready);
  } catch (const support::InputError& error) {
    result.outcome = classify(hyperparameter, ready);
    result.problem = error.what();
    return result;
  }
  if (result.repair.empty() && !is_plain_respelling(plain, result.value) &&
      !is_own_value(program, hyperparameter, result.value))
    result.repair = fmt::format("{} read as {}", plain.dump(), result.value.dump());
  return result;
}

}  // namespace dlfix::mapping
