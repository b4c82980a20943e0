#include "eval/learning/model_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "trainer/support/errors.h"

namespace dlfix::eval {

using nlohmann::json;
using support::InputError;

json model_document(const std::string& kind) {
  return {{"kind", kind}, {"version", kModelVersion}};
}

void refuse_model(const json& document, const std::string& reason) {
  const bool named =
      document.is_object() && document.contains("kind") && document["kind"].is_string();
  throw InputError(fmt::format("this is no {}: {}",
                               named ? document["kind"].get<std::string>() : "model", reason),
                   "train it again");
}

const json& model_field(const json& document, const std::string& name) {
  if (!document.is_object()) refuse_model(document, "not an object");
  const auto found = document.find(name);
  if (found == document.end()) refuse_model(document, "'" + name + "' is missing");
  return *found;
}

void check_model_document(const json& document, const std::string& kind) {
  if (const json& found = model_field(document, "kind"); found != kind) {
    throw InputError(
        fmt::format("this is a model of kind {} where {} is needed", found.dump(), kind));
  }
  if (const json& version = model_field(document, "version"); version != kModelVersion) {
    refuse_model(document,
                 fmt::format("its version is {} where {} is read", version.dump(), kModelVersion));
  }
}

OutputClasses model_classes(const json& document) {
  auto classes = model_value<OutputClasses>(document, "classes");
  if (classes.empty()) refuse_model(document, "it has no outputs");
  for (const auto& labels : classes) {
    const bool ascends = std::ranges::adjacent_find(labels, std::greater_equal<>()) == labels.end();
    if (labels.empty() || !ascends) refuse_model(document, "'classes' do not ascend");
  }
  return classes;
}

}  // namespace dlfix::eval
