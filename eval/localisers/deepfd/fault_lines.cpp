#include "eval/localisers/deepfd/fault_lines.h"

#include <algorithm>
#include <optional>

namespace dlfix::eval {
namespace {

using mapping::Hyperparameter;
using mapping::Program;
using nlohmann::json;

enum class Label : std::size_t { kOptimizer, kRate, kActivation, kLoss, kEpochs };

void add(const FaultPlace& place, std::vector<FaultPlace>& places) {
  if (place.line > 0 && std::ranges::find(places, place) == places.end()) places.push_back(place);
}

// The statement of compile or fit; line 0: not known.
FaultPlace call_of(const Program& program, const char* call) {
  const auto found = program.document.find(call);
  if (found == program.document.end() || !found->is_object()) return {};
  const json line = found->value("line", json());
  const json file = found->value("file", json());
  if (!line.is_number_integer()) return {};
  return {file.is_string() ? file.get<std::string>() : program.path, line.get<int>()};
}

struct OptimizerText {
  std::string form;  ///< string, call, class, absent, other; empty: not known
  FaultPlace place;
};

OptimizerText optimizer_text(const Program& program) {
  const auto site = program.document.find("optimizer_site");
  if (site == program.document.end() || !site->is_object()) return {};
  OptimizerText text;
  const json form = site->value("form", json());
  if (form.is_string()) text.form = form.get<std::string>();
  const json start = site->value("start", json());
  const json file = site->value("file", json());
  if (start.is_object() && start.value("line", json()).is_number_integer()) {
    text.place = {file.is_string() ? file.get<std::string>() : program.path,
                  start["line"].get<int>()};
  }
  return text;
}

const Hyperparameter* of_kind(const Program& program, const char* kind) {
  const auto found = std::ranges::find(program.hyperparameters, kind, &Hyperparameter::kind);
  return found == program.hyperparameters.end() ? nullptr : &*found;
}

bool is_written(const Program& program, const char* kind) {
  const Hyperparameter* parameter = of_kind(program, kind);
  return parameter != nullptr && !parameter->inserted;
}

FaultPlace value_of(const Hyperparameter& parameter) {
  return {parameter.span.file, parameter.span.start.line};
}

FaultPlace layer_of(const Program& program, int layer) {
  if (layer < 0 || layer >= static_cast<int>(program.model.layers.size())) return {};
  const trainer::LayerSpec& spec = program.model.layers[static_cast<std::size_t>(layer)];
  return {spec.file.empty() ? program.path : spec.file, spec.line};
}

std::vector<FaultPlace> keyword_places(const Program& program, Label label) {
  std::vector<FaultPlace> places;
  if (label == Label::kEpochs && is_written(program, "epochs"))
    add(call_of(program, "fit"), places);
  if (label == Label::kLoss && is_written(program, "loss"))
    add(call_of(program, "compile"), places);
  const OptimizerText optimizer = optimizer_text(program);
  if (label == Label::kOptimizer && !optimizer.form.empty() && optimizer.form != "absent") {
    add(call_of(program, "compile"), places);
  }
  if (label == Label::kRate && optimizer.form == "call" && is_written(program, "learning_rate")) {
    add(optimizer.place, places);
  }
  if (label == Label::kActivation) {
    for (const Hyperparameter& parameter : program.hyperparameters) {
      if (parameter.kind != "activation" || parameter.inserted || !parameter.layer) continue;
      add(layer_of(program, *parameter.layer), places);
    }
  }
  std::ranges::sort(places);
  return places;
}

std::vector<FaultPlace> activation_places(const Program& program) {
  std::vector<const Hyperparameter*> activations;
  for (const Hyperparameter& parameter : program.hyperparameters) {
    if (parameter.kind == "activation" && parameter.layer) activations.push_back(&parameter);
  }
  std::ranges::stable_sort(activations, {},
                           [](const auto* parameter) { return *parameter->layer; });
  if (!activations.empty())
    std::rotate(activations.begin(), activations.end() - 1, activations.end());
  std::vector<FaultPlace> places;
  for (const Hyperparameter* parameter : activations) {
    const bool output = parameter == activations.front();
    if (!parameter->inserted) {
      add(value_of(*parameter), places);
    } else if (output) {
      add(layer_of(program, *parameter->layer), places);
    }
  }
  return places;
}

// The value itself, or what stands for it.
std::vector<FaultPlace> value_places(const Program& program, const char* kind,
                                     const FaultPlace& otherwise) {
  std::vector<FaultPlace> places;
  if (is_written(program, kind)) add(value_of(*of_kind(program, kind)), places);
  if (places.empty()) add(otherwise, places);
  return places;
}

}  // namespace

std::vector<FaultPlace> fault_places(const Program& program, std::size_t number,
                                     const DeepFdQuirks& quirks) {
  const auto label = static_cast<Label>(number);
  if (quirks.keyword_lines_only) return keyword_places(program, label);
  const FaultPlace compile = call_of(program, "compile");
  const FaultPlace site = optimizer_text(program).place;
  const FaultPlace optimizer = site.line > 0 ? site : compile;
  if (label == Label::kActivation) return activation_places(program);
  if (label == Label::kOptimizer) return value_places(program, "optimizer", optimizer);
  if (label == Label::kRate) return value_places(program, "learning_rate", optimizer);
  if (label == Label::kLoss) return value_places(program, "loss", compile);
  return value_places(program, "epochs", call_of(program, "fit"));
}

}  // namespace dlfix::eval
