// Proposals around a config that is already good.
#include <algorithm>

#include "eval/repairers/knowledge.h"
#include "eval/repairers/proposals.h"

namespace dlfix::eval {
namespace {

/// Changes that only make sense together are taken back together.
std::vector<std::vector<std::string>> groups_of(const SearchSpace& space,
                                                const mapping::Config& base) {
  std::vector<std::vector<std::string>> groups;
  std::vector<std::string> training;
  std::map<std::string, std::vector<std::string>> by_kind;
  for (const auto& [name, value] : base) {
    const Dimension* dimension = space.find(name);
    const std::string kind = dimension == nullptr ? name : dimension->kind;
    if (kind == "optimizer" || kind == "learning_rate") {
      training.push_back(name);
    } else {
      by_kind[kind].push_back(name);
    }
  }
  if (!training.empty()) groups.push_back(training);
  for (auto& [kind, names] : by_kind) groups.push_back(names);
  return groups;
}

}  // namespace

std::vector<Proposal> Proposer::without_one(const mapping::Config& base) const {
  std::vector<Proposal> proposals;
  const auto groups = groups_of(context_.space, base);
  if (groups.size() < 2) return proposals;
  for (const auto& group : groups) {
    mapping::Config fewer = base;
    for (const std::string& name : group) fewer.erase(name);
    proposals.push_back({std::move(fewer), 0.3, "without the change of " + group.front()});
  }
  return proposals;
}

std::vector<Proposal> Proposer::neighbours(const mapping::Config& base) const {
  std::vector<Proposal> proposals;
  const auto propose = [&](mapping::Config changes, double worth, const char* reason) {
    if (changes != base) proposals.push_back({std::move(changes), worth, reason});
  };
  const double rate = number_in(base, "learning_rate", facts_.learning_rate);
  const std::string optimizer = value_name(value_in(base, "optimizer"));
  const LearningRates usual = usual_learning_rates(optimizer);
  const bool few_steps = steps_in(base) < 1000;
  const bool longer_helped =
      number_in(base, "epochs", 1) > number_in({}, "epochs", 1) && !context_.symptoms.overfitting;
  for (const double factor : {3.0, 0.3, 10.0, 0.1}) {
    mapping::Config changes = base;
    const double moved = rate_near(rate, factor);
    set(changes, name_of("learning_rate"), moved);
    double worth = factor == 3.0 ? 0.6 : factor == 0.3 ? 0.5 : 0.25;
    if (factor < 1 && longer_helped && few_steps) worth *= 0.5;
    if (moved > usual.high * 1.01 || moved < usual.low * 0.99) worth *= 0.4;
    propose(changes, worth, "another learning rate");
  }
  for (const double factor : {2.0, 4.0}) {
    mapping::Config changes = base;
    more_epochs(changes, factor);
    const bool promising = few_steps || context_.symptoms.still_improving;
    const bool doubling = factor == 2.0 && longer_helped && promising;
    propose(changes, doubling ? 0.95 : promising ? 0.6 : 0.3, "more epochs");
  }
  for (const std::int64_t size : {16, 32, 64}) {
    mapping::Config changes = base;
    set(changes, name_of("batch_size"), size);
    propose(changes, few_steps ? 0.35 : 0.15, "another batch size");
  }
  mapping::Config wider = base;
  widen(wider, 2);
  propose(wider, 0.35, "wider layers");
  mapping::Config calm = base;
  regularise(calm);
  propose(calm, context_.symptoms.overfitting ? 0.5 : 0.15, "dropout");
  mapping::Config scaled = base;
  scale_inputs(scaled);
  propose(scaled, context_.symptoms.inputs_unscaled ? 0.7 : 0.25, "inputs of one scale");
  mapping::Config initial = base;
  for (const LayerFacts& layer : facts_.layers) {
    if (!layer.output) set(initial, layer.kernel_initializer, "he_uniform");
  }
  propose(initial, 0.12, "another initialiser");
  mapping::Config loss = base;
  fix_output(loss, 0);
  propose(loss, 0.4, "output activation and loss that fit the labels");
  return proposals;
}

}  // namespace dlfix::eval
