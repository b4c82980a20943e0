// Proposals of several changes at once.
#include <algorithm>

#include "eval/repairers/knowledge.h"
#include "eval/repairers/proposals.h"

namespace dlfix::eval {
namespace {

bool narrow(const RepairContext& context, const ModelFacts& facts) {
  for (const LayerFacts& layer : facts.layers) {
    const Dimension* units = context.space.find(layer.units);
    if (layer.output || units == nullptr || !units->initial.is_number()) continue;
    const double width = units->initial.get<double>();
    if (width <= 4 || width < static_cast<double>(context.classes)) return true;
  }
  return false;
}

}  // namespace

std::vector<Proposal> Proposer::recipes() const {
  std::vector<Proposal> proposals;
  const auto add = [&](mapping::Config changes, double worth, const char* reason) {
    if (!changes.empty()) proposals.push_back({std::move(changes), worth, reason});
  };
  const bool trouble = stuck() || unstable();
  mapping::Config built;
  const double mismatch =
      output_mismatch(context_.problem, context_.one_hot_labels, facts_.output_units,
                      facts_.output_activation, facts_.loss, facts_.from_logits);
  if (mismatch >= 0.3) fix_output(built, 0);
  fix_hidden(built);
  fix_initializers(built);
  add(built, 0.9, "output, loss, activations and initialisers as the labels ask for");

  mapping::Config whole = built;
  fix_training(whole);
  fix_regularisation(whole);
  add(whole, trouble ? 0.9 : 0.8, "everything suspicious put right at once");

  if (context_.symptoms.inputs_unscaled) {
    mapping::Config scaled = whole;
    scale_inputs(scaled);
    add(scaled, 0.85, "everything suspicious put right, inputs scaled");
  }
  const double rate = number_in(whole, "learning_rate", 1e-3);
  mapping::Config faster = whole;
  set(faster, name_of("learning_rate"), rate_near(rate, 3));
  add(faster, unstable() ? 0.3 : 0.55, "the same, larger learning rate");

  mapping::Config wide = whole;
  widen(wide, 4);
  add(wide, narrow(context_, facts_) ? 0.85 : 0.3, "the same, wider layers");

  mapping::Config longer = whole;
  more_epochs(longer, 4);
  const bool few_steps = facts_.update_steps < 500;
  add(longer,
      context_.symptoms.still_improving ? 0.7
      : few_steps                       ? 0.6
                                        : 0.25,
      "the same, more epochs");
  if (context_.symptoms.overfitting) {
    mapping::Config calm = whole;
    regularise(calm);
    add(calm, 0.75, "everything suspicious put right, dropout against overfitting");
  }
  return proposals;
}

}  // namespace dlfix::eval
