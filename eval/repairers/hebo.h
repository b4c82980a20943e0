// The HEBO baseline.
#pragma once

#include "eval/repairers/hebo/optimizer.h"
#include "eval/repairers/repairer.h"
#include "eval/repairers/tool_reading.h"

namespace dlfix::eval {

struct HeboOptions {
  /// mended: a scrambled design of at most ten points, numbers keep their order, crashed trainings
  /// count as the worst value, nothing is tried twice. faithful: the published code, version of
  /// September 2022, over the space as declared. study: the same in batches of eight, the last
  /// result of a batch coming too late for the next one, as Ray's searcher handed them out.
  ToolReading tools = ToolReading::kMended;
  /// Suggestions at a time. 0: as the reading has it: faithful 1, study 8, mended an eighth of the
  /// observations (1 to begin with, 8 when there are 64), as the model gets dearer with each.
  int batch = 0;
  int max_trials = 0;  ///< 0: until the budget is spent
};

/// The faulty program first, as the first observation; then suggestion after suggestion. Sources:
/// hebo/optimizer.h.
class Hebo : public Repairer {
 public:
  explicit Hebo(HeboOptions options = {}) : options_(options) {}
  /// hebo, with the reading where it is not mended.
  std::string name() const override { return tool_name("hebo", options_.tools); }
  RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) override;

 private:
  HeboOptions options_;
};

}  // namespace dlfix::eval
