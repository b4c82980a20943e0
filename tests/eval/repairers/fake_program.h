// A program and a runner over an artificial response, for testing searches without training.
#pragma once

#include <cmath>
#include <functional>
#include <string>

#include "eval/repairers/repairer.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {

inline mapping::Hyperparameter parameter(const std::string& name, const std::string& kind,
                                         nlohmann::json value, int layer = -1) {
  mapping::Hyperparameter result;
  result.name = name;
  result.kind = kind;
  result.attribute = kind;
  result.value = std::move(value);
  if (layer >= 0) result.layer = layer;
  static int line = 1;
  result.span = {"model.py", {++line, 0}, {line, 5}};
  result.edit = {{"form", "literal"}};
  return result;
}

/// Two hidden layers and an output of ten units on 800 rows with class numbers as labels.
inline mapping::Program fake_program() {
  mapping::Program program;
  program.captured = true;
  for (int i = 0; i < 3; ++i) {
    trainer::LayerSpec layer;
    layer.class_name = "Dense";
    layer.attributes = {{"units", i == 2 ? 10 : 32}, {"activation", i == 2 ? "softmax" : "relu"}};
    program.model.layers.push_back(layer);
  }
  program.compile.loss = "sparse_categorical_crossentropy";
  program.compile.optimizer.name = "adam";
  program.compile.optimizer.learning_rate = 0.001;
  program.fit.batch_size = 32;
  program.fit.epochs = 20;
  mapping::ProgramArray x;
  x.data.shape = {800, 20};
  program.x = {x};
  auto& all = program.hyperparameters;
  for (int i = 0; i < 3; ++i) {
    const std::string number = std::to_string(i + 1);
    all.push_back(parameter("act" + number, "activation", i == 2 ? "softmax" : "relu", i));
    all.push_back(parameter("ki" + number, "kernel_initializer", "glorot_uniform", i));
    all.push_back(parameter("bi" + number, "bias_initializer", "zeros", i));
    if (i < 2) all.push_back(parameter("unit" + number, "units", 32, i));
    if (i < 2) all.push_back(parameter("layer" + number, "layer_repeat", 1, i));
  }
  all.push_back(parameter("loss", "loss", program.compile.loss));
  all.push_back(parameter("optimizer", "optimizer", "adam"));
  all.push_back(parameter("lr", "learning_rate", 0.001));
  all.push_back(parameter("batch_size", "batch_size", 32));
  all.push_back(parameter("epochs", "epochs", 20));
  return program;
}

/// Puts a value into the fake program, wherever it is held.
inline void plant(mapping::Program& program, const std::string& name, const nlohmann::json& value) {
  for (auto& item : program.hyperparameters) {
    if (item.name != name) continue;
    item.value = value;
    if (item.kind == "activation" || item.kind == "units") {
      program.model.layers[static_cast<std::size_t>(*item.layer)].attributes[item.kind] = value;
    }
  }
  if (name == "loss") program.compile.loss = value;
  if (name == "optimizer") program.compile.optimizer.name = value;
  if (name == "lr") program.compile.optimizer.learning_rate = value;
  if (name == "epochs") program.fit.epochs = value;
  if (name == "batch_size") program.fit.batch_size = value;
}

/// Metric of a full config before noise.
using Response = std::function<double(const mapping::Config&)>;

/// Charges cost like counted work: epochs, and a little more for small batches and wide layers.
class FakeRunner : public TrialRunner {
 public:
  FakeRunner(const mapping::Program& program, Response response, double budget, double noise = 0)
      : own_(program.config()), response_(std::move(response)), budget_(budget), noise_(noise) {}

  std::vector<TrialResult> run(std::span<const mapping::Config> configs, int first_seed,
                               int seeds) override {
    std::vector<TrialResult> results;
    bars.emplace_back(first_seed, bar_);
    for (const auto& changes : configs) {
      const double cost = estimate(changes) * seeds;
      if (cost > budget_ + 1e-9) {
        budget_ = 0;
        break;
      }
      budget_ -= cost;
      TrialResult result;
      result.changes = changes;
      for (int seed = first_seed; seed < first_seed + seeds; ++seed) {
        result.values.push_back(value(changes, static_cast<std::uint64_t>(seed)));
        ++trainings;
      }
      results.push_back(result);
    }
    return results;
  }
  double value(const mapping::Config& changes, std::uint64_t seed) const {
    mapping::Config full = own_;
    for (const auto& [name, item] : changes) full[name] = item;
    RandomStream random(std::hash<std::string>{}(nlohmann::json(full).dump()), seed);
    return response_(full) + noise_ * (random.uniform() + random.uniform() - 1);
  }
  double budget_left() const override { return budget_; }
  double estimate(const mapping::Config& config) const override {
    const auto now = config.find("epochs");
    const double own = own_.at("epochs").get<double>();
    return now == config.end() ? 1 : now->second.get<double>() / own;
  }
  bool stopped() const override { return false; }
  void give_up_below(std::optional<double> value) override { bar_ = value; }
  int trainings = 0;
  /// Of each call of run: its first seed, and what the trainings had to come up to.
  std::vector<std::pair<int, std::optional<double>>> bars;

 private:
  std::optional<double> bar_;
  mapping::Config own_;
  Response response_;
  double budget_;
  double noise_;
};

/// How well a config trains, 0.1 (guessing) to 0.97: each fault takes its share.
inline double classifier_response(const mapping::Config& config) {
  double quality = 1;
  if (config.at("loss") != "sparse_categorical_crossentropy") quality *= 0.15;
  if (config.at("act3") != "softmax") quality *= 0.2;
  for (const char* name : {"act1", "act2"}) {
    const std::string activation = config.at(name);
    if (activation == "linear") quality *= 0.85;
    if (activation == "softmax" || activation == "exponential") quality *= 0.5;
  }
  for (const char* name : {"ki1", "ki2", "ki3"}) {
    if (config.at(name) == "zeros" || config.at(name) == "ones") quality *= 0.1;
  }
  const double wanted = config.at("optimizer") == "sgd" ? 0.1 : 2e-3;
  const double decades = std::abs(std::log10(config.at("lr").get<double>() / wanted));
  quality *= std::exp(-0.35 * std::max(0.0, decades - 0.5) * decades);
  const double steps =
      config.at("epochs").get<double>() * 800 / config.at("batch_size").get<double>();
  quality *= 1 - std::exp(-steps / 120);
  for (const char* name : {"unit1", "unit2"}) {
    quality *= 1 - std::exp(-config.at(name).get<double>() / 4);
  }
  return 0.1 + 0.87 * quality;
}

inline RepairContext context_of(const mapping::Program& program, const FakeRunner& runner,
                                const SpaceOptions& options = {}) {
  RepairContext context;
  context.program = &program;
  context.problem = ProblemKind::kMultiClass;
  context.classes = 10;
  context.space = make_space(program, context.problem, false, options);
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    context.faulty.values.push_back(runner.value({}, 1000 + seed));
  }
  context.symptoms.at_baseline = context.faulty.mean() < 0.15;
  return context;
}

}  // namespace dlfix::eval
