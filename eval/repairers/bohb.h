// The BOHB baseline.
#pragma once

#include "eval/repairers/bohb/optimizer.h"
#include "eval/repairers/repairer.h"
#include "eval/repairers/tool_reading.h"

namespace dlfix::eval {

struct BohbOptions {
  /// mended: bounded kernels, numbers keep their order, nothing is tried twice. faithful: the
  /// published kernels over the space as declared. study: the model never gets a result (Ray's
  /// TuneBOHB drops the last one of every trial, and there was one), every config is drawn
  /// uniformly.
  ToolReading tools = ToolReading::kMended;
  /// Brackets over 1/9, 1/3 and all of a config's epochs, where they can be cut. False: every
  /// training in full.
  bool partial_trainings = true;
  int batch = 8;       ///< configs handed over at once, at most
  int max_trials = 0;  ///< 0: until the budget is spent
};

/// The faulty program first, known to the model; then Hyperband's brackets over the model's
/// proposals. The best full training counts. How many proposals came from the model is said through
/// `note`. Sources: bohb/optimizer.h.
class Bohb : public Repairer {
 public:
  explicit Bohb(BohbOptions options = {}) : options_(options) {}
  /// bohb, with the reading where it is not mended; bohb-flat without partial trainings.
  std::string name() const override;
  RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) override;

 private:
  BohbOptions options_;
};

}  // namespace dlfix::eval
