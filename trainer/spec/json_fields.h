// Strict reading of JSON fields: what is missing or of the wrong type is named. And numbers that
// are not finite, which JSON does not have.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dlfix::trainer {

/// A finite number as itself (whole ones without a point), else "nan", "inf" or "-inf".
nlohmann::json number_to_json(double value);
/// The same of a float, with no more digits than a float has.
nlohmann::json float_to_json(float value);

/// A free-form value with every number that is not finite as {"non_finite": "nan"}; and back.
nlohmann::json escape_non_finite(const nlohmann::json& value);
nlohmann::json restore_non_finite(const nlohmann::json& value);

/// Reads the fields of one object. All functions throw support::InputError naming the kind of
/// object and the field.
class FieldReader {
 public:
  /// `kind` names the object in messages: "layer", "training request", ...
  FieldReader(const nlohmann::json& object, const char* kind);

  bool has(const char* field) const;  ///< there and not null
  std::string text(const char* field) const;
  std::int64_t integer(const char* field) const;
  std::uint64_t natural(const char* field) const;
  double number(const char* field) const;  ///< also what number_to_json writes for nan and inf
  bool truth(const char* field) const;
  const nlohmann::json& list(const char* field) const;
  const nlohmann::json& value(const char* field) const;  ///< any type, null too
  std::vector<std::int64_t> integers(const char* field) const;
  std::vector<double> numbers(const char* field) const;
  /// A list of objects that have a from_json of their own.
  template <typename Item>
  std::vector<Item> items(const char* field) const {
    std::vector<Item> result;
    for (const nlohmann::json& element : list(field)) result.push_back(element.get<Item>());
    return result;
  }

 private:
  [[noreturn]] void wrong(const char* field, const char* wanted) const;
  const nlohmann::json& object_;
  const char* kind_;
};

}  // namespace dlfix::trainer
