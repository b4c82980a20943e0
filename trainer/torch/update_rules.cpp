// Which formula an optimiser follows, and what Keras raises on its arguments.
#include <functional>
#include <map>

#include "trainer/torch/failure.h"
#include "trainer/torch/formula_rule.h"
#include "trainer/torch/optimizers.h"
#include "trainer/torch/schedules.h"
#include "trainer/torch/update_formulas.h"

namespace dlfix::trainer {
namespace {

using formulas::Momentum;
using formulas::option;
using Specs = std::vector<const OptimizerSpec*>;
using Rule = std::unique_ptr<UpdateRule>;

bool flag(const OptimizerSpec& spec, const char* name) {
  const auto found = spec.options.find(name);
  return found != spec.options.end() && found->is_boolean() && found->get<bool>();
}

template <class Formula>
Rule rule(const RuleArgs& args) {
  return std::make_unique<FormulaRule<Formula>>(args);
}

Rule make_sgd(const RuleArgs& args) {
  const OptimizerSpec& spec = *args.specs[0];
  if (option(spec, "momentum", 0) == 0) return rule<formulas::Sgd<Momentum::kNone>>(args);
  return flag(spec, "nesterov") ? rule<formulas::Sgd<Momentum::kNesterov>>(args)
                                : rule<formulas::Sgd<Momentum::kPlain>>(args);
}

// The fused kernel of the legacy line has the epsilon inside only with momentum.
Rule make_rmsprop(const RuleArgs& args) {
  const OptimizerSpec& spec = *args.specs[0];
  const bool centered = flag(spec, "centered");
  if (option(spec, "momentum", 0) != 0) {
    return centered ? rule<formulas::RmsProp<true, true, true>>(args)
                    : rule<formulas::RmsProp<true, false, true>>(args);
  }
  if (args.profile.rmsprop_epsilon_inside) {
    return centered ? rule<formulas::RmsProp<false, true, true>>(args)
                    : rule<formulas::RmsProp<false, false, true>>(args);
  }
  return centered ? rule<formulas::RmsProp<false, true, false>>(args)
                  : rule<formulas::RmsProp<false, false, false>>(args);
}

Rule make_adagrad(const RuleArgs& args) {
  return args.profile.adagrad_epsilon_inside ? rule<formulas::Adagrad<true>>(args)
                                             : rule<formulas::Adagrad<false>>(args);
}

Rule make_adam(const RuleArgs& args) {
  return flag(*args.specs[0], "amsgrad") ? rule<formulas::Adam<true>>(args)
                                         : rule<formulas::Adam<false>>(args);
}

Rule make_ftrl(const RuleArgs& args) {
  const bool is_default = std::all_of(
      args.specs.begin(), args.specs.end(),
      [](const OptimizerSpec* spec) { return option(*spec, "learning_rate_power", -0.5) == -0.5; });
  return is_default ? rule<formulas::Ftrl<true>>(args) : rule<formulas::Ftrl<false>>(args);
}

const std::map<std::string, std::function<Rule(const RuleArgs&)>>& makers() {
  static const std::map<std::string, std::function<Rule(const RuleArgs&)>> kMakers{
      {"sgd", make_sgd},
      {"rmsprop", make_rmsprop},
      {"adagrad", make_adagrad},
      {"adadelta", rule<formulas::Adadelta>},
      {"adam", make_adam},
      {"adamw", make_adam},
      {"adamax", rule<formulas::Adamax>},
      {"nadam", rule<formulas::Nadam>},
      {"ftrl", make_ftrl},
      {"lion", rule<formulas::Lion>}};
  return kMakers;
}

// What would change a training without a word.
void check_options(const OptimizerSpec& spec) {
  const auto rate = spec.options.find("learning_rate");
  if (rate != spec.options.end() && rate->is_object()) scheduled_rate(*rate, 0);
  if (flag(spec, "use_ema")) fail_as_unsupported("optimiser option use_ema is not supported");
  const auto refuse_unless = [&](const char* name, double neutral) {
    const double given = option(spec, name, neutral);
    if (given != neutral && given != 0) {
      fail_as_unsupported("optimiser option " + std::string(name) + " is not supported");
    }
  };
  refuse_unless("gradient_accumulation_steps", 1);
  refuse_unless("loss_scale_factor", 1);
  refuse_unless("l2_shrinkage_regularization_strength", 0);
}

}  // namespace

bool knows_optimizer(const std::string& name) { return makers().contains(name); }

std::unique_ptr<UpdateRule> make_rule(const Specs& specs, const Profile& profile,
                                      const Tensor& like, const std::vector<std::int64_t>& counts) {
  return makers().at(specs.at(0)->name)(RuleArgs{specs, profile, like, counts});
}

UntouchedRows untouched_rows(const OptimizerSpec& spec) {
  const std::string& name = spec.name;
  if (name == "nadam") return UntouchedRows::kKeepsWeights;
  const bool has_momentum = option(spec, "momentum", 0) != 0;
  const bool fused = (name == "sgd" || name == "rmsprop") && has_momentum;
  const bool keeps = fused || name == "adadelta" || name == "adamax" || name == "ftrl";
  return keeps ? UntouchedRows::kKeepsAll : UntouchedRows::kUpdates;
}

GradientPower gradient_power(const std::string& optimizer) {
  if (optimizer == "adamax") return GradientPower::kSize;
  const bool linear = optimizer == "sgd" || optimizer == "lion";
  return linear ? GradientPower::kNone : GradientPower::kSquare;
}

std::string rule_key(const OptimizerSpec& spec) {
  std::string key = spec.name;
  if (option(spec, "momentum", 0) != 0) key += " momentum";
  for (const char* name : {"nesterov", "centered", "amsgrad"}) {
    if (flag(spec, name)) key += std::string(" ") + name;
  }
  return key;
}

void check_optimizer(const OptimizerSpec& spec, const Profile& profile) {
  if (!knows_optimizer(spec.name)) {
    std::string known;
    for (const auto& [name, make] : makers()) known += known.empty() ? name : ", " + name;
    fail_as_unsupported("optimiser '" + spec.name + "' is not supported; supported: " + known);
  }
  check_options(spec);
  int clips = 0;
  for (const char* name : {"clipnorm", "clipvalue", "global_clipnorm"}) {
    const auto found = spec.options.find(name);
    if (found != spec.options.end() && found->is_number()) ++clips;
  }
  if (clips > 1 && profile.two_clips_raise) {
    fail_as_crash("only one of clipnorm, clipvalue and global_clipnorm may be set");
  }
  if (option(spec, "decay", 0) != 0 && profile.decay_raises) {
    fail_as_crash("optimiser " + spec.name + ": the argument decay is no longer accepted");
  }
}

}  // namespace dlfix::trainer
