// The AutoTrainer baseline.
#pragma once

#include "eval/repairers/autotrainer/loop.h"
#include "eval/repairers/repairer.h"
#include "eval/repairers/tool_reading.h"

namespace dlfix::eval {

struct AutoTrainerOptions {
  /// faithful, study: the published code of March 2021 with its defects; what an attempt is worth
  /// is the accuracy of its model, which was trained on from the one before. mended: defects
  /// mended; what its settings are worth when they are trained from the beginning, as a patch would
  /// be.
  ToolReading tools = ToolReading::kMended;
};

/// Watches the program's training, names its problem and tries the solutions for it one after the
/// other. For classifications alone: others end at once, saying so. Solutions that no
/// hyperparameter of the program can express (clipped gradients, noise, LeakyReLU, falling learning
/// rates) are in the history's values of the published readings but in no patch; `note` says so.
/// Sources: autotrainer/loop.h.
class AutoTrainer : public Repairer {
 public:
  explicit AutoTrainer(AutoTrainerOptions options = {}) : options_(options) {}
  /// autotrainer, with the reading where it is not mended.
  std::string name() const override { return tool_name("autotrainer", options_.tools); }
  RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) override;
  /// The search alone, told to `note` as it went. nullopt: the runner has no such trainings, or the
  /// problem is no classification.
  std::optional<autotrainer::Report> watch(const RepairContext& context, TrialRunner& runner) const;

 private:
  AutoTrainerOptions options_;
};

}  // namespace dlfix::eval
