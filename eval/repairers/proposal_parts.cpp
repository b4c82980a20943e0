// The pieces that proposals are put together from.
#include <algorithm>
#include <cmath>
#include <vector>

#include "eval/repairers/knowledge.h"
#include "eval/repairers/proposals.h"
#include "eval/repairers/sane_space.h"

namespace dlfix::eval {
namespace {

constexpr double kHiddenSuspicious = 0.3;
constexpr double kInitializerSuspicious = 0.05;
constexpr double kFewStepsPerEpoch = 8;
constexpr double kSmallestBatch = 8;
constexpr std::int64_t kUsualBatch = 32;

bool is_adaptive(const std::string& optimizer) {
  return optimizer == "adam" || optimizer == "nadam" || optimizer == "rmsprop" ||
         optimizer == "adamax" || optimizer == "adamw";
}

/// The number nearest to `wanted` that lies between the dimension's smallest and largest one.
nlohmann::json within(const Dimension& dimension, const nlohmann::json& wanted) {
  std::vector<double> numbers;
  for (const auto& value : dimension.values) {
    if (value.is_number()) numbers.push_back(value.get<double>());
  }
  for (const auto& bound : {dimension.low, dimension.high}) {
    if (bound) numbers.push_back(*bound);
  }
  if (numbers.empty()) return wanted;
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  const double number = std::clamp(wanted.get<double>(), *low, *high);
  if (number == wanted.get<double>()) return wanted;
  return wanted.is_number_integer() ? nlohmann::json(static_cast<std::int64_t>(number))
                                    : nlohmann::json(number);
}

/// An initialiser, the program's own names for one resolved.
nlohmann::json meaning(const RepairContext& context, const nlohmann::json& initializer) {
  const auto* own = context.program != nullptr && initializer.is_string()
                        ? context.program->find_own_initializer(initializer.get<std::string>())
                        : nullptr;
  return own != nullptr ? own->value : initializer;
}

}  // namespace

Proposer::Proposer(const RepairContext& context) : context_(context) {
  if (context.program != nullptr) facts_ = model_facts(*context.program);
}

bool Proposer::set(mapping::Config& changes, const std::string& name,
                   const nlohmann::json& value) const {
  const Dimension* dimension = name.empty() ? nullptr : context_.space.find(name);
  if (dimension == nullptr) return false;
  const nlohmann::json allowed = value.is_number() ? within(*dimension, value) : value;
  const auto& values = dimension->values;
  const bool listed = std::find(values.begin(), values.end(), allowed) != values.end();
  if (!allowed.is_number() && !listed) return false;
  if (allowed == dimension->initial) {
    changes.erase(name);
    return false;
  }
  changes[name] = allowed;
  return true;
}

std::string Proposer::name_of(const std::string& kind) const {
  for (const Dimension& dimension : context_.space.dimensions) {
    if (dimension.kind == kind) return dimension.name;
  }
  if (context_.program == nullptr) return "";
  for (const auto& parameter : context_.program->hyperparameters) {
    if (parameter.kind == kind) return parameter.name;
  }
  return "";
}

nlohmann::json Proposer::value_in(const mapping::Config& base, const std::string& kind) const {
  const std::string name = name_of(kind);
  const auto found = base.find(name);
  if (found != base.end()) return found->second;
  if (const Dimension* dimension = context_.space.find(name)) return dimension->initial;
  const mapping::Hyperparameter* parameter =
      context_.program == nullptr ? nullptr : context_.program->find(name);
  return parameter == nullptr ? nlohmann::json() : parameter->value;
}

double Proposer::number_in(const mapping::Config& base, const std::string& kind,
                           double otherwise) const {
  const nlohmann::json value = value_in(base, kind);
  return value.is_number() ? value.get<double>() : otherwise;
}

double Proposer::steps_in(const mapping::Config& base) const {
  const double batch = std::max(1.0, number_in(base, "batch_size", 32));
  const double rows = static_cast<double>(facts_.training_rows);
  return number_in(base, "epochs", 1) * std::max(1.0, std::ceil(rows / batch));
}

/// A rate a factor away, to one digit: 1, 3, 10, 30, ...
double Proposer::rate_near(double rate, double factor) const {
  const double wanted = rate * factor;
  if (!(wanted > 0)) return 1e-3;
  const double unit = std::pow(10.0, std::floor(std::log10(wanted) + 1e-9));
  const double digit = wanted / unit;
  const double rounded = digit < 1.8 ? 1 : digit < 5.5 ? 3 : 10;
  // Through text, so that 3e-3 is the number that a person writes.
  return std::stod(nlohmann::json(std::round(rounded * unit * 1e12) / 1e12).dump());
}

void Proposer::fix_output(mapping::Config& changes, std::size_t fit) const {
  const auto fits = output_fits(context_.problem, context_.one_hot_labels, facts_.output_units);
  if (fit >= fits.size()) return;
  const bool logits_stay = facts_.from_logits && facts_.loss == fits[fit].loss;
  const std::string activation = logits_stay ? "linear" : fits[fit].activation;
  if (facts_.output() != nullptr && facts_.output_activation != activation) {
    set(changes, facts_.output()->activation, activation);
  }
  set(changes, name_of("loss"), fits[fit].loss);
}

void Proposer::fix_hidden(mapping::Config& changes) const {
  for (const LayerFacts& layer : facts_.layers) {
    if (layer.output || layer.activation.empty()) continue;
    const Dimension* dimension = context_.space.find(layer.activation);
    if (dimension == nullptr) continue;
    const double suspicion =
        hidden_activation_suspicion(value_name(dimension->initial), facts_.hidden_layers());
    if (suspicion >= kHiddenSuspicious) set(changes, layer.activation, "relu");
  }
}

void Proposer::fix_initializers(mapping::Config& changes) const {
  for (const LayerFacts& layer : facts_.layers) {
    const Dimension* kernel = context_.space.find(layer.kernel_initializer);
    if (kernel != nullptr &&
        initializer_suspicion(meaning(context_, kernel->initial)) >= kInitializerSuspicious) {
      set(changes, layer.kernel_initializer, "glorot_uniform");
    }
    const Dimension* bias = context_.space.find(layer.bias_initializer);
    if (bias != nullptr && value_name(bias->initial) != "zeros") {
      set(changes, layer.bias_initializer, "zeros");
    }
  }
}

void Proposer::fix_training(mapping::Config& changes) const {
  const double batch = number_in({}, "batch_size", 32);
  const double rows = static_cast<double>(facts_.training_rows);
  const bool few_steps = rows > 0 && rows / batch < kFewStepsPerEpoch && batch > 16;
  if (few_steps || batch < kSmallestBatch) set(changes, name_of("batch_size"), kUsualBatch);
  bool replaced = false;
  if (!is_adaptive(facts_.optimizer)) replaced = set(changes, name_of("optimizer"), "adam");
  const std::string optimizer = replaced ? "adam" : facts_.optimizer;
  const LearningRates usual = usual_learning_rates(optimizer);
  const double rate = facts_.learning_rate;
  if (replaced || rate < usual.low || rate > usual.high) {
    set(changes, name_of("learning_rate"), starting_rate(optimizer, steps_in(changes)));
  }
}

void Proposer::fix_regularisation(mapping::Config& changes) const {
  for (const Dimension& dimension : context_.space.dimensions) {
    const bool rate = dimension.kind == "dropout_rate" && dimension.initial.is_number();
    if (rate && dimension.initial.get<double>() > 0.5) set(changes, dimension.name, 0.2);
    const bool penalty = dimension.kind == "kernel_regularizer" && dimension.initial.is_object();
    if (penalty) set(changes, dimension.name, nullptr);
  }
}

void Proposer::widen(mapping::Config& changes, double factor) const {
  for (const LayerFacts& layer : facts_.layers) {
    const Dimension* dimension = context_.space.find(layer.units);
    if (layer.output || dimension == nullptr || !dimension->initial.is_number()) continue;
    const auto changed = changes.find(layer.units);
    const double units =
        (changed == changes.end() ? dimension->initial : changed->second).get<double>();
    const double wanted = units < 8 && factor > 1 ? 32 : units * factor;
    set(changes, layer.units, static_cast<std::int64_t>(std::max(1.0, wanted)));
  }
}

void Proposer::regularise(mapping::Config& changes) const {
  for (const Dimension& dimension : context_.space.dimensions) {
    if (dimension.kind == "dropout_insert") set(changes, dimension.name, 0.2);
    if (dimension.kind == "dropout_rate" && dimension.initial.is_number() &&
        dimension.initial.get<double>() < 0.2) {
      set(changes, dimension.name, 0.3);
    }
  }
}

void Proposer::scale_inputs(mapping::Config& changes) const {
  for (const Dimension& dimension : context_.space.dimensions) {
    if (dimension.kind == "scale" && set(changes, dimension.name, true)) return;
  }
  for (const Dimension& dimension : context_.space.dimensions) {
    if (dimension.kind == "batch_normalization" && set(changes, dimension.name, true)) return;
  }
}

void Proposer::more_epochs(mapping::Config& changes, double factor) const {
  const double epochs = number_in(changes, "epochs", 1) * factor;
  set(changes, name_of("epochs"), static_cast<std::int64_t>(std::max(1.0, std::floor(epochs))));
}

bool Proposer::stuck() const {
  return context_.symptoms.loss_flat || context_.symptoms.at_baseline ||
         context_.symptoms.zero_gradient;
}

bool Proposer::unstable() const {
  return context_.symptoms.loss_is_nan || context_.symptoms.oscillating;
}

}  // namespace dlfix::eval
