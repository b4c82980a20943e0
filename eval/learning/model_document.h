// Classifiers as JSON documents: {"kind": "decision_tree", "version": 1, ...}.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "eval/learning/labelled_rows.h"

namespace dlfix::eval {

constexpr int kModelVersion = 1;

/// The document's head.
nlohmann::json model_document(const std::string& kind);
/// Errors: InputError unless the document is of that kind and of the version that is read here.
void check_model_document(const nlohmann::json& document, const std::string& kind);

/// A member of a document. Errors: InputError naming kind and member.
const nlohmann::json& model_field(const nlohmann::json& document, const std::string& name);
/// That member as a type; errors as above.
template <class Value>
Value model_value(const nlohmann::json& document, const std::string& name);

/// InputError that names the kind of the document and what is wrong with it.
[[noreturn]] void refuse_model(const nlohmann::json& document, const std::string& reason);

/// `classes` of a document. Errors: InputError unless every output has labels, ascending.
OutputClasses model_classes(const nlohmann::json& document);

template <class Value>
Value model_value(const nlohmann::json& document, const std::string& name) {
  try {
    return model_field(document, name).get<Value>();
  } catch (const nlohmann::json::exception&) {
    refuse_model(document, "'" + name + "' is of another type");
  }
}

}  // namespace dlfix::eval
