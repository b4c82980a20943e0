// Proposals of one change each.
#include <algorithm>
#include <cmath>

#include "eval/repairers/knowledge.h"
#include "eval/repairers/proposals.h"
#include "eval/repairers/sane_space.h"

namespace dlfix::eval {
namespace {

void add(std::vector<Proposal>& proposals, mapping::Config changes, double worth,
         std::string reason) {
  if (changes.empty()) return;
  proposals.push_back({std::move(changes), std::clamp(worth, 0.0, 1.0), std::move(reason)});
}

}  // namespace

std::vector<Proposal> Proposer::singles() const {
  std::vector<Proposal> proposals;
  propose_output(proposals);
  propose_layers(proposals);
  propose_rate(proposals);
  propose_optimizer(proposals);
  propose_epochs(proposals);
  propose_batch(proposals);
  propose_shape(proposals);
  propose_against_overfitting(proposals);
  propose_scaling(proposals);
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const Proposal& a, const Proposal& b) { return a.worth > b.worth; });
  return proposals;
}

void Proposer::propose_output(std::vector<Proposal>& proposals) const {
  const auto fits = output_fits(context_.problem, context_.one_hot_labels, facts_.output_units);
  const double mismatch =
      output_mismatch(context_.problem, context_.one_hot_labels, facts_.output_units,
                      facts_.output_activation, facts_.loss, facts_.from_logits);
  for (std::size_t i = 0; i < fits.size(); ++i) {
    mapping::Config both;
    fix_output(both, i);
    const double worth = i == 0 ? mismatch : 0.1 + mismatch * 0.2;
    if (both.size() > 1) {
      mapping::Config loss_only;
      set(loss_only, name_of("loss"), fits[i].loss);
      mapping::Config activation_only = both;
      activation_only.erase(name_of("loss"));
      add(proposals, loss_only, worth * 0.4, "loss that fits the labels");
      add(proposals, activation_only, worth * 0.4, "output activation that fits the labels");
    }
    add(proposals, both, worth, "output activation and loss that fit the labels");
  }
}

void Proposer::propose_layers(std::vector<Proposal>& proposals) const {
  mapping::Config hidden;
  fix_hidden(hidden);
  add(proposals, hidden, stuck() ? 0.75 : 0.65, "hidden layers that can bend");
  mapping::Config initial;
  fix_initializers(initial);
  add(proposals, initial, stuck() ? 0.95 : 0.8, "initial weights that differ and stay small");
  for (const LayerFacts& layer : facts_.layers) {
    const Dimension* activation = context_.space.find(layer.activation);
    if (layer.output || activation == nullptr) continue;
    const std::string now = value_name(activation->initial);
    const double suspicion = hidden_activation_suspicion(now, facts_.hidden_layers());
    mapping::Config changes;
    set(changes, layer.activation, now == "relu" ? "elu" : "relu");
    const bool dead = now == "relu" && context_.symptoms.dead_units;
    add(proposals, changes, dead ? 0.5 : suspicion * 0.7, "another activation in a hidden layer");
  }
}

void Proposer::propose_rate(std::vector<Proposal>& proposals) const {
  const std::string name = name_of("learning_rate");
  const LearningRates usual = usual_learning_rates(facts_.optimizer);
  const double rate = facts_.learning_rate;
  const auto step = [&](double value, double worth, const char* reason) {
    mapping::Config changes;
    set(changes, name, value);
    add(proposals, changes, worth, reason);
  };
  const bool high = rate > usual.high;
  const bool low = rate < usual.low;
  if (high || low) {
    step(starting_rate(facts_.optimizer, facts_.update_steps), 0.9, "a usual learning rate");
    step(usual.usual, 0.7, "the optimiser's own learning rate");
  }
  double up = 0.35;
  double down = 0.3;
  if (unstable()) down = 0.75, up = 0.05;
  if (stuck() && !unstable()) (rate >= usual.usual ? down : up) += 0.25;
  if (context_.symptoms.still_improving) up += 0.3;
  if (high) up = 0.02;
  if (low) down = 0.02;
  step(rate_near(rate, 10), up, "ten times the learning rate");
  step(rate_near(rate, 3), up * 0.8, "three times the learning rate");
  step(rate_near(rate, 0.1), down, "a tenth of the learning rate");
  step(rate_near(rate, 0.3), down * 0.7, "a third of the learning rate");
}

void Proposer::propose_optimizer(std::vector<Proposal>& proposals) const {
  const bool adam = facts_.optimizer == "adam";
  mapping::Config changes;
  if (adam) {
    set(changes, name_of("optimizer"), "rmsprop");
    add(proposals, changes, 0.05, "another optimiser");
    return;
  }
  if (!set(changes, name_of("optimizer"), "adam")) return;
  set(changes, name_of("learning_rate"), starting_rate("adam", facts_.update_steps));
  const bool slow =
      facts_.optimizer == "sgd" || facts_.optimizer == "adadelta" || facts_.optimizer == "adagrad";
  const bool troubled = stuck() || unstable() || context_.symptoms.still_improving;
  add(proposals, changes, slow ? (troubled ? 0.75 : 0.5) : 0.2, "Adam with a usual learning rate");
}

void Proposer::propose_epochs(std::vector<Proposal>& proposals) const {
  const bool improving = context_.symptoms.still_improving;
  const bool few = facts_.update_steps < 300;
  const double worth = improving ? 0.7 : few ? 0.5 : 0.15;
  for (const double factor : {4.0, 8.0, 2.0, 16.0}) {
    mapping::Config changes;
    more_epochs(changes, factor);
    add(proposals, changes, factor == 16 && !few ? worth * 0.4 : worth, "more epochs");
  }
  mapping::Config fewer;
  more_epochs(fewer, 0.5);
  add(proposals, fewer, context_.symptoms.overfitting ? 0.5 : 0.03, "fewer epochs");
}

void Proposer::propose_batch(std::vector<Proposal>& proposals) const {
  const double batch = number_in({}, "batch_size", 32);
  const double rows = static_cast<double>(facts_.training_rows);
  const bool few_steps = rows > 0 && rows / batch < 8;
  const double smaller = few_steps ? 0.6 : batch > 64 ? 0.35 : 0.15;
  for (const std::int64_t size : {32, 16, 128}) {
    mapping::Config changes;
    set(changes, name_of("batch_size"), size);
    const bool shrinks = static_cast<double>(size) < batch;
    double worth = shrinks ? smaller : batch < 8 ? 0.55 : 0.1;
    if (shrinks && size == 16) worth *= 0.7;
    if (!shrinks && size == 128) worth = unstable() ? 0.3 : 0.05;
    add(proposals, changes, worth, shrinks ? "smaller batches" : "larger batches");
  }
}

void Proposer::propose_shape(std::vector<Proposal>& proposals) const {
  for (const LayerFacts& layer : facts_.layers) {
    const Dimension* units = context_.space.find(layer.units);
    if (!layer.output && units != nullptr && units->initial.is_number()) {
      const double width = units->initial.get<double>();
      const bool narrow = width <= 4 || width < static_cast<double>(context_.classes);
      mapping::Config wider;
      set(wider, layer.units, static_cast<std::int64_t>(width < 8 ? 32 : width * 4));
      add(proposals, wider, narrow ? 0.85 : width < 16 ? 0.35 : 0.15, "a wider layer");
    }
    mapping::Config once_more;
    set(once_more, layer.repeat, 2);
    add(proposals, once_more, 0.12, "one more hidden layer");
    mapping::Config without;
    set(without, layer.repeat, 0);
    add(proposals, without, stuck() ? 0.2 : 0.08, "one hidden layer less");
  }
}

void Proposer::propose_against_overfitting(std::vector<Proposal>& proposals) const {
  const bool overfitting = context_.symptoms.overfitting;
  mapping::Config lighter;
  fix_regularisation(lighter);
  add(proposals, lighter, overfitting ? 0.1 : 0.6, "less dropout or weight penalty");
  mapping::Config dropout;
  regularise(dropout);
  add(proposals, dropout, overfitting ? 0.7 : 0.05, "dropout");
  mapping::Config penalty;
  for (const LayerFacts& layer : facts_.layers) {
    if (!layer.output) set(penalty, layer.regularizer, l2_regularizer(1e-3));
  }
  add(proposals, penalty, overfitting ? 0.65 : 0.05, "weight decay");
  mapping::Config smaller;
  widen(smaller, 0.5);
  add(proposals, smaller, overfitting ? 0.35 : 0.04, "smaller layers");
}

void Proposer::propose_scaling(std::vector<Proposal>& proposals) const {
  mapping::Config scaled;
  scale_inputs(scaled);
  add(proposals, scaled,
      context_.symptoms.inputs_unscaled ? 0.85
      : stuck()                         ? 0.25
                                        : 0.1,
      "inputs of one scale");
}

}  // namespace dlfix::eval
