#include "mapping/program/edit_values.h"

#include "mapping/program/keras_names.h"
#include "mapping/program/python_literal.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

std::string quote_of(const Hyperparameter& hp) {
  const json quote = hp.edit.value("quote", json());
  return quote.is_string() && !quote.get<std::string>().empty() ? quote.get<std::string>() : "'";
}

std::string argument_list(const json& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters.items()) {
    if (name == "class") continue;
    if (!text.empty()) text += ", ";
    text += name + "=" + python_literal(value, "'");
  }
  return text;
}

std::string render_initializer(Drafting& drafting, const Hyperparameter& hp, const json& value) {
  if (value.is_string()) {
    const auto* own = drafting.program().find_own_initializer(value.get<std::string>());
    return own != nullptr ? own->text : python_string(value.get<std::string>(), quote_of(hp));
  }
  const InitializerInfo& info = *find_initializer(value["class"].get<std::string>());
  // Scaled initialisers were functions in old Keras and are classes now; the snake-case name is
  // both.
  const std::string& object = info.parameters.empty() ? info.name : info.class_name;
  return drafting.keras_object("initializers", object, hp.name) + "(" + argument_list(value) + ")";
}

std::string render_regularizer(Drafting& drafting, const Hyperparameter& hp, const json& value) {
  if (value.is_null()) return "None";
  const double l1 = value["l1"];
  const double l2 = value["l2"];
  const std::string module = drafting.keras_module("regularizers", hp.name);
  if (l1 == 0) return module + ".l2(" + python_float(l2) + ")";
  if (l2 == 0) return module + ".l1(" + python_float(l1) + ")";
  return module + ".l1_l2(l1=" + python_float(l1) + ", l2=" + python_float(l2) + ")";
}

std::string render_kernel_size(Drafting& drafting, const Hyperparameter& hp, const json& value) {
  if (!value.is_array()) return value.dump();
  std::string text = python_literal(value, "'");
  if (!hp.inserted && drafting.source(hp.span.file).text(hp.span).starts_with('[')) {
    text.front() = '[';
    text.back() = ']';
  }
  return text;
}

bool is_real(const std::string& kind) {
  return kind == "learning_rate" || kind == "momentum" || kind == "dropout_rate";
}

}  // namespace

std::string render_value(Drafting& drafting, const Hyperparameter& hp, const json& value) {
  // A config file holds JSON, not Python.
  if (hp.span.file.ends_with(".json")) return value.dump();
  if (hp.kind == "kernel_initializer" || hp.kind == "bias_initializer") {
    return render_initializer(drafting, hp, value);
  }
  if (hp.kind == "kernel_regularizer") return render_regularizer(drafting, hp, value);
  if (hp.kind == "kernel_size") return render_kernel_size(drafting, hp, value);
  if (hp.kind == "activation" && value.is_string()) {
    return python_string(activation_spelling(value.get<std::string>(), drafting.program().profile),
                         quote_of(hp));
  }
  if (hp.kind == "loss") {
    return python_string(loss_spelling(value.get<std::string>(), drafting.program().profile),
                         quote_of(hp));
  }
  // Keras 3 refuses whole numbers for learning rates.
  if (is_real(hp.kind) && value.is_number()) return python_float(value.get<double>());
  return python_literal(value, quote_of(hp));
}

void put_text(Drafting& drafting, const Hyperparameter& hp, const std::string& text) {
  const std::string prefix = hp.edit.value("prefix", "");
  const std::string suffix = hp.edit.value("suffix", "");
  if (hp.inserted && hp.edit.value("form", "") == "keyword") {
    drafting.add_keyword(hp.span, prefix + text + suffix, hp.name);
  } else {
    drafting.add(hp.span, prefix + text + suffix, {hp.name});
  }
}

}  // namespace dlfix::mapping
