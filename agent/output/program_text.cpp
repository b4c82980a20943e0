#include "agent/output/program_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/output/figures.h"
#include "agent/output/terminal.h"
#include "trainer/spec/work.h"

namespace dlfix::agent {
namespace {

using mapping::Hyperparameter;
using mapping::Program;
using Table = std::vector<std::vector<std::string>>;

std::string line_words(int line) { return line > 0 ? fmt::format("{}", line) : "-"; }

std::string layers_text(const Program& program) {
  Table rows = {{"layer", "class", "line", "attributes"}};
  for (std::size_t i = 0; i < program.model.layers.size(); ++i) {
    const auto& layer = program.model.layers[i];
    std::string attributes;
    for (const char* name : {"units", "filters", "kernel_size", "pool_size", "rate", "activation",
                             "kernel_initializer", "kernel_regularizer"}) {
      const auto found = layer.attributes.find(name);
      if (found == layer.attributes.end() || found->is_null()) continue;
      attributes += fmt::format("{}{}={}", attributes.empty() ? "" : " ", name,
                                found->is_object() && found->contains("class")
                                    ? value_words((*found)["class"])
                                    : value_words(*found));
    }
    rows.push_back({std::to_string(i), layer.class_name, line_words(layer.line), attributes});
  }
  return table(rows, "  ");
}

std::string hyperparameters_text(const Program& program) {
  Table rows = {{"name", "value", "line", "layer", "fault types", ""}};
  for (const Hyperparameter& hyperparameter : program.hyperparameters) {
    const bool offered = hyperparameter.kind == "batch_normalization" ||
                         hyperparameter.kind == "dropout_insert" || hyperparameter.kind == "scale";
    if (offered) continue;  // what a repair may insert is no value of the program
    std::string remark = hyperparameter.inserted ? "by default" : "";
    if (!hyperparameter.editable()) {
      remark = "cannot be edited: " + hyperparameter.edit.value("reason", std::string());
    }
    rows.push_back({hyperparameter.name,
                    hyperparameter.value.is_null() && hyperparameter.kind != "kernel_regularizer"
                        ? "?"
                        : value_words(hyperparameter.value),
                    line_words(hyperparameter.span.start.line),
                    hyperparameter.layer ? std::to_string(*hyperparameter.layer) : "",
                    fmt::format("{}", fmt::join(hyperparameter.fault_types, " ")), remark});
  }
  return table(rows, "  ");
}

void add_array(Table& rows, const std::string& role, const mapping::ProgramArray& array) {
  rows.push_back({role, array.name, array_words(array.data),
                  array.lines.empty() ? "" : fmt::format("line {}", array.lines.front().line)});
}

std::string data_text(const Program& program) {
  Table rows;
  for (const auto& x : program.x) add_array(rows, "fit x", x);
  if (program.y) add_array(rows, "fit y", *program.y);
  const auto add_evaluation = [&](const std::string& role, const mapping::ProgramEvaluation& data) {
    for (const auto& x : data.x) add_array(rows, role + " x", x);
    if (data.y) add_array(rows, role + " y", *data.y);
  };
  if (program.validation) add_evaluation("validation", *program.validation);
  for (const auto& evaluation : program.evaluations) add_evaluation("evaluate", evaluation);
  return table(rows, "  ");
}

}  // namespace

std::string array_words(const trainer::ArrayRef& array) {
  if (array.shape.empty()) return "shape known after a run (--run)";
  return fmt::format("({}) {}", fmt::join(array.shape, ", "), array.dtype);
}

std::string model_summary(const Program& program) {
  const auto size = trainer::model_size(program.model);
  return fmt::format("{} model{}, {} layers, {:.0f} parameters", program.model_kind,
                     program.model_name.empty() ? "" : " " + program.model_name,
                     program.model.layers.size(), size.parameters);
}

std::string program_text(const Program& program) {
  std::string text =
      fmt::format("{}\n  {} model {}, Keras profile {} ({})\n", program.path, program.model_kind,
                  program.model_name, program.profile, program.profile_reason);
  text += "\nLayers\n" + layers_text(program);
  text += "\nHyperparameters\n" + hyperparameters_text(program);
  text += "\nData\n" + data_text(program);
  if (!program.unknown.empty()) {
    text += fmt::format("\nNot known without running: {}\n", fmt::join(program.unknown, ", "));
  }
  for (const auto& warning : program.warnings) {
    text += fmt::format("warning: line {}: {}\n", warning.line, warning.message);
  }
  if (const std::string contained = containment_text(program); !contained.empty()) {
    text += "\n" + contained + "\n";
  }
  return text;
}

std::string containment_text(const Program& program) {
  const auto containment = program.document.find("containment");
  if (containment == program.document.end()) return "";
  const auto words = [&](const char* name) {
    return containment->value(name, std::vector<std::string>{});
  };
  const auto means = words("means");
  return fmt::format(
      "Run contained by {}. Not contained: {}.",
      means.empty() ? "limits of the process alone" : fmt::format("{}", fmt::join(means, ", ")),
      fmt::join(words("not_contained"), "; "));
}

}  // namespace dlfix::agent
