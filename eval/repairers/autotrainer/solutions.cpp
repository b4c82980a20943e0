#include "eval/repairers/autotrainer/solutions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "mapping/program/layer_graph.h"

namespace dlfix::eval::autotrainer {
namespace {

using nlohmann::json;
using trainer::LayerSpec;

constexpr double kSgdRate = 0.01;
constexpr double kOtherRate = 0.001;
constexpr std::array kInitializers{"he_uniform",     "lecun_uniform", "glorot_normal",
                                   "glorot_uniform", "he_normal",     "lecun_normal"};
constexpr std::array kOptimizers{"sgd", "adam", "nadam", "adamax", "rmsprop"};

bool has_activation(const LayerSpec& layer) {
  return layer.attributes.contains("activation") && !is_activation_layer(layer);
}

bool is_recurrent(const LayerSpec& layer) {
  return layer.class_name == "LSTM" || layer.class_name == "GRU" || layer.class_name == "SimpleRNN";
}

bool class_contains(const LayerSpec& layer, std::initializer_list<std::string_view> parts) {
  std::string name = layer.class_name;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

LayerSpec added_layer(const char* class_name, json attributes) {
  return mapping::new_layer(class_name, "autotrainer", std::move(attributes));
}

json initializer(const std::string& name) { return {{"class", name}}; }

void set_initializers(LayerSpec& layer, const std::string& kernel, const std::string& bias) {
  if (layer.attributes.contains("kernel_initializer"))
    layer.attributes["kernel_initializer"] = initializer(kernel);
  if (layer.attributes.contains("bias_initializer"))
    layer.attributes["bias_initializer"] = initializer(bias);
}

double rounded(double value) { return std::round(value * 100) / 100; }

/// One attempt of one solution.
class Applying {
 public:
  Applying(const Design& design, const SolutionSetting& setting, RandomStream& random)
      : setting_(setting), random_(random), result_{Verdict::kApplied, design, ""} {}

  Application selu() { return activation("selu", "lecun_uniform", "lecun_uniform"); }
  Application relu() { return activation("relu", "he_uniform", "zeros"); }
  Application tanh() { return activation("tanh", "he_uniform", "zeros"); }
  Application leaky();
  Application bn();
  Application initial();
  Application gradient();
  Application adam();
  Application lr();
  Application reduce_lr();
  Application batch();
  Application momentum();
  Application noise();
  Application optimizer();

 private:
  trainer::ModelSpec& model() { return result_.design.model; }
  trainer::OptimizerSpec& own_optimizer() { return result_.design.compile.optimizer; }
  Application done(std::string words) {
    result_.words = std::move(words);
    return std::move(result_);
  }
  Application skipped(Verdict verdict) {
    result_.verdict = verdict;
    return std::move(result_);
  }
  Application activation(const std::string& name, const std::string& kernel,
                         const std::string& bias);
  bool activated_behind(std::size_t layer);
  void put_optimizer(const std::string& name, double rate);
  bool functional() { return !model().inputs.empty() && model().inputs.front().layer >= 0; }

  const SolutionSetting& setting_;
  RandomStream& random_;
  Application result_;
};

bool Applying::activated_behind(std::size_t layer) {
  const auto behind = readers(model(), layer);
  return std::ranges::any_of(
      behind, [&](std::size_t reader) { return is_activation_layer(model().layers[reader]); });
}

Application Applying::activation(const std::string& name, const std::string& kernel,
                                 const std::string& bias) {
  for (const std::size_t index : hidden_layers(model())) {
    LayerSpec& layer = model().layers[index];
    set_initializers(layer, kernel, bias);
    if (activated_behind(index)) {
      layer.attributes["activation"] = "linear";
    } else {
      layer.attributes["activation"] = is_recurrent(layer) ? "tanh" : name;
    }
  }
  return done("hidden activations become " + name);
}

Application Applying::leaky() {
  const std::array<LayerSpec, 3> kinds{added_layer("LeakyReLU", {{"negative_slope", 0.3}}),
                                       added_layer("ELU", {{"alpha", 1.0}}),
                                       added_layer("ThresholdedReLU", {{"theta", 1.0}})};
  const LayerSpec& added = kinds.at(static_cast<std::size_t>(setting_.attempt));
  std::vector<Insertion> insertions;
  for (const std::size_t index : hidden_layers(model())) {
    LayerSpec& layer = model().layers[index];
    if (is_recurrent(layer)) continue;
    layer.attributes["activation"] = "linear";
    if (!activated_behind(index)) insertions.push_back({index, Side::kBehind, added});
  }
  if (setting_.faithful && functional()) {
    // The published code takes the output for a hidden layer there.
    for (const trainer::NodeRef& node : model().outputs) {
      auto& attributes = model().layers.at(static_cast<std::size_t>(node.layer)).attributes;
      if (attributes.contains("activation")) attributes["activation"] = "linear";
    }
  }
  insert_layers(result_.design, insertions);
  return done("hidden activations become layers of " + added.class_name);
}

Application Applying::bn() {
  std::vector<Insertion> insertions;
  for (std::size_t i = 0; i + 1 < model().layers.size(); ++i) {
    if (!class_contains(model().layers[i], {"dense", "lstm", "conv"})) continue;
    const auto behind = readers(model(), i);
    const bool normalised = std::ranges::any_of(behind, [&](std::size_t reader) {
      return model().layers[reader].class_name == "BatchNormalization";
    });
    if (!normalised) insertions.push_back({i, Side::kBehind, mapping::batch_normalization_layer()});
  }
  insert_layers(result_.design, insertions);
  return done("batch normalisation behind hidden layers");
}

Application Applying::initial() {
  const auto any = [&] { return kInitializers.at(random_.index(kInitializers.size())); };
  for (const std::size_t index : hidden_layers(model())) {
    const std::string kernel = any();
    set_initializers(model().layers[index], kernel, any());
    // The published code loads the old weights over the new ones.
    if (!setting_.faithful) result_.design.source_layer[index] = -1;
  }
  return done("hidden layers are drawn by other initialisers");
}

Application Applying::gradient() {
  json& options = own_optimizer().options;
  const auto given = [&](const char* name) {
    return options.contains(name) && !options[name].is_null();
  };
  if (given("clipvalue") || given("clipnorm")) return skipped(Verdict::kSkipSolution);
  const double bound = rounded(9 + random_.uniform());
  options["clipvalue"] = bound;
  return done(fmt::format("gradients are clipped at {}", bound));
}

void Applying::put_optimizer(const std::string& name, double rate) {
  own_optimizer() = {name, rate, json::object()};
  result_.design.optimizer_by_name = true;
}

Application Applying::adam() {
  if (own_optimizer().name == "adam") return skipped(Verdict::kSkipSolution);
  put_optimizer("adam", kOtherRate);
  return done("the optimiser becomes adam");
}

Application Applying::lr() {
  // The published code looks for the rate where a name stands for the optimiser, and fails.
  if (setting_.faithful && result_.design.optimizer_by_name) return skipped(Verdict::kSkipSolution);
  const double base = own_optimizer().name == "sgd" ? kSgdRate : kOtherRate;
  const double sign = setting_.problem == Problem::kSlow ? 1 : -1;
  const double wanted = base * std::pow(10.0, sign * setting_.attempt);
  const bool equal = std::abs(own_optimizer().learning_rate - wanted) <= 1e-6 * wanted;
  if (equal && !setting_.faithful) return skipped(Verdict::kSkipAttempt);
  own_optimizer().learning_rate = wanted;
  own_optimizer().options.erase("learning_rate");
  return done(fmt::format("the learning rate becomes {:g}", wanted));
}

Application Applying::reduce_lr() {
  auto& callbacks = result_.design.fit.callbacks;
  const bool given = std::ranges::any_of(callbacks, [](const trainer::CallbackSpec& callback) {
    return callback.class_name == "ReduceLROnPlateau";
  });
  if (given) return skipped(Verdict::kSkipSolution);
  // The published code leaves it out where there is any callback, and its own are always there.
  if (!setting_.faithful) {
    callbacks.push_back(
        {"ReduceLROnPlateau",
         {{"monitor", "val_loss"}, {"factor", 0.2}, {"patience", 5}, {"min_lr", kOtherRate}}});
  }
  return done("the learning rate falls on plateaus");
}

Application Applying::batch() {
  const std::int64_t wanted = std::int64_t{32} << setting_.attempt;
  auto& size = result_.design.fit.batch_size;
  if (size == wanted)
    return skipped(setting_.faithful ? Verdict::kSkipSolution : Verdict::kSkipAttempt);
  size = wanted;
  return done(fmt::format("the batch size becomes {}", wanted));
}

Application Applying::momentum() {
  const double momentum = rounded(0.01 + random_.uniform() * 0.89);
  own_optimizer() = {"sgd", kSgdRate, {{"momentum", momentum}}};
  result_.design.optimizer_by_name = false;
  return done(fmt::format("the optimiser becomes sgd with momentum {}", momentum));
}

Application Applying::noise() {
  const auto& layers = model().layers;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, layers.size()); ++i) {
    if (layers[i].class_name == "GaussianNoise") return skipped(Verdict::kSkipSolution);
  }
  const auto first = std::ranges::find_if(layers, [](const LayerSpec& layer) {
    return class_contains(layer, {"conv", "lstm", "rnn", "gru", "dense"});
  });
  if (first == layers.end()) return skipped(Verdict::kSkipSolution);
  const auto place = static_cast<std::size_t>(first - layers.begin());
  // The published code puts nothing at the very beginning of a sequential model.
  if (!(setting_.faithful && place == 0))
    insert_layers(result_.design,
                  {{place, Side::kBefore, added_layer("GaussianNoise", {{"stddev", 0.1}})}});
  return done("noise on the inputs");
}

Application Applying::optimizer() {
  std::vector<std::string> others;
  for (const char* name : kOptimizers) {
    if (own_optimizer().name != name) others.emplace_back(name);
  }
  std::string name;
  if (setting_.faithful) {
    name = others[random_.index(others.size())];
  } else {
    // None twice: a shuffle that does not depend on the attempt.
    RandomStream order(static_cast<std::uint64_t>(others.size()), 0);
    shuffle(others, order);
    name = others.at(static_cast<std::size_t>(setting_.attempt) % others.size());
  }
  put_optimizer(name, name == "sgd" ? kSgdRate : kOtherRate);
  return done("the optimiser becomes " + name);
}

using Method = Application (Applying::*)();

const std::map<std::string_view, Method>& methods() {
  static const std::map<std::string_view, Method> kMethods{{"selu", &Applying::selu},
                                                           {"relu", &Applying::relu},
                                                           {"tanh", &Applying::tanh},
                                                           {"leaky", &Applying::leaky},
                                                           {"bn", &Applying::bn},
                                                           {"initial", &Applying::initial},
                                                           {"gradient", &Applying::gradient},
                                                           {"adam", &Applying::adam},
                                                           {"lr", &Applying::lr},
                                                           {"ReduceLR", &Applying::reduce_lr},
                                                           {"batch", &Applying::batch},
                                                           {"momentum", &Applying::momentum},
                                                           {"GN", &Applying::noise},
                                                           {"optimizer", &Applying::optimizer}};
  return kMethods;
}

}  // namespace

std::vector<Solution> solutions_for(Problem problem) {
  switch (problem) {
    case Problem::kVanishing:
      return {{"selu", 1}, {"relu", 1}, {"bn", 1}};
    case Problem::kExploding:
      return {{"selu", 1}, {"relu", 1}, {"gradient", 2}, {"tanh", 1}, {"bn", 1}};
    case Problem::kDying:
      return {{"selu", 1}, {"bn", 1}, {"initial", 3}, {"leaky", 3}};
    case Problem::kOscillating:
      return {{"adam", 1},     {"lr", 3}, {"ReduceLR", 1}, {"batch", 4},
              {"momentum", 3}, {"GN", 1}, {"initial", 3}};
    case Problem::kSlow:
      return {{"optimizer", 3}, {"lr", 3}, {"initial", 3}};
  }
  return {};
}

Application apply(std::string_view solution, const Design& design, const SolutionSetting& setting,
                  RandomStream& random) {
  Applying applying(continued(design), setting, random);
  return (applying.*methods().at(solution))();
}

std::vector<std::size_t> hidden_layers(const trainer::ModelSpec& model) {
  std::vector<std::size_t> layers;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (has_activation(model.layers[i])) layers.push_back(i);
  }
  if (!layers.empty()) layers.pop_back();
  return layers;
}

}  // namespace dlfix::eval::autotrainer
