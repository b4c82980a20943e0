#include "eval/repairers/changes.h"

#include <algorithm>

#include "eval/repairers/knowledge.h"

namespace dlfix::eval {
namespace {

/// Optimiser, learning rate and momentum are one expression (`'sgd'`) without being one value.
bool part_of_optimizer(const mapping::Hyperparameter& parameter) {
  return parameter.kind == "optimizer" || parameter.kind == "learning_rate" ||
         parameter.kind == "momentum";
}

/// Layers and steps that a repair may put in: several at one spot are several texts.
bool is_put_in(const mapping::Hyperparameter& parameter) {
  return parameter.kind == "batch_normalization" || parameter.kind == "dropout_insert" ||
         parameter.kind == "scale";
}

/// One place in the source that both values are read from. Keywords that would be inserted at one
/// spot are different texts unless they set the same attribute.
bool share_source(const mapping::Hyperparameter& a, const mapping::Hyperparameter& b) {
  if (a.name == b.name || !(a.span == b.span) || a.inserted != b.inserted) return false;
  if (part_of_optimizer(a) && part_of_optimizer(b)) return false;
  if (is_put_in(a) || is_put_in(b)) return false;
  const bool placed = a.span.start.line > 0;
  return placed && (!a.inserted || a.attribute == b.attribute);
}

const mapping::Hyperparameter* repeat_of(const mapping::Program& program,
                                         const mapping::Hyperparameter& parameter) {
  for (const auto& other : program.hyperparameters) {
    if (other.kind == "layer_repeat" && other.layer == parameter.layer) return &other;
  }
  return nullptr;
}

bool layer_taken_out(const mapping::Program& program, const mapping::Hyperparameter& parameter,
                     const mapping::Config& changes) {
  const mapping::Hyperparameter* repeat = repeat_of(program, parameter);
  if (repeat == nullptr) return false;
  const auto found = changes.find(repeat->name);
  const nlohmann::json& times = found == changes.end() ? repeat->value : found->second;
  return times.is_number() && times.get<double>() == 0;
}

std::optional<std::string> loss_refuses_labels(const RepairContext& context,
                                               const std::string& loss) {
  const bool classes =
      context.problem == ProblemKind::kBinary || context.problem == ProblemKind::kMultiClass;
  if (!classes || context.classes < 2) return std::nullopt;
  if (loss == "sparse_categorical_crossentropy" && context.one_hot_labels) {
    return loss + " needs class numbers and the labels are one-hot";
  }
  // Keras accepts width-1 labels only where the output is one unit wide too.
  if (loss == "categorical_crossentropy" && !context.one_hot_labels &&
      context.problem == ProblemKind::kMultiClass) {
    return loss + " needs one-hot labels and the labels are class numbers";
  }
  return std::nullopt;
}

}  // namespace

std::optional<mapping::Config> settled(const RepairContext& context,
                                       const mapping::Config& changes) {
  mapping::Config result;
  for (const auto& [name, value] : changes) {
    const mapping::Hyperparameter* parameter =
        context.program == nullptr ? nullptr : context.program->find(name);
    const Dimension* dimension = context.space.find(name);
    const nlohmann::json* own = parameter   ? &parameter->value
                                : dimension ? &dimension->initial
                                            : nullptr;
    if (own == nullptr) return std::nullopt;
    if (*own == value) continue;
    if (dimension == nullptr) return std::nullopt;
    result[name] = value;
  }
  if (context.program == nullptr) return result;
  const mapping::Config wanted = result;
  for (const auto& [name, value] : wanted) {
    const mapping::Hyperparameter* parameter = context.program->find(name);
    if (parameter == nullptr) continue;
    for (const auto& other : context.program->hyperparameters) {
      if (!share_source(*parameter, other)) continue;
      const auto asked = wanted.find(other.name);
      if (asked != wanted.end() && asked->second != value) return std::nullopt;
      if (context.space.find(other.name) == nullptr) return std::nullopt;
      result[other.name] = value;
    }
  }
  return result;
}

mapping::Config with_shared_sources(const RepairContext& context, mapping::Config config) {
  if (context.program == nullptr) return config;
  const auto& parameters = context.program->hyperparameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto first = config.find(parameters[i].name);
    if (first == config.end()) continue;
    for (std::size_t j = i + 1; j < parameters.size(); ++j) {
      const auto other = config.find(parameters[j].name);
      if (other != config.end() && share_source(parameters[i], parameters[j])) {
        other->second = first->second;
      }
    }
  }
  return config;
}

std::optional<std::string> known_invalid(const RepairContext& context,
                                         const mapping::Config& changes) {
  for (const auto& [name, value] : changes) {
    const Dimension* dimension = context.space.find(name);
    const std::string kind = dimension ? dimension->kind : "";
    const mapping::Hyperparameter* parameter =
        context.program == nullptr ? nullptr : context.program->find(name);
    const bool gone =
        parameter != nullptr && layer_taken_out(*context.program, *parameter, changes);
    if (kind == "bias_initializer" && value_name(value) == "orthogonal" && !gone) {
      return name + ": orthogonal needs two dimensions and a bias has one";
    }
    const bool counted = kind == "units" || kind == "filters";
    if (counted && !gone && value.is_number() && value.get<double>() < 1) {
      return name + ": a layer of no units";
    }
    if (kind == "loss") {
      if (auto reason = loss_refuses_labels(context, value_name(value))) return reason;
    }
  }
  return std::nullopt;
}

mapping::Config joined(const mapping::Config& base, const mapping::Config& changes) {
  mapping::Config result = base;
  for (const auto& [name, value] : changes) result[name] = value;
  return result;
}

std::string config_key(const mapping::Config& changes) { return nlohmann::json(changes).dump(); }

}  // namespace dlfix::eval
