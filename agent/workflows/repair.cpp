#include "agent/workflows/repair.h"

#include <chrono>

#include "agent/workflows/repair_state.h"

namespace dlfix::agent {
namespace {

using Clock = std::chrono::steady_clock;

void settle_account(RepairState& state, Clock::time_point begin) {
  RepairReport& report = state.report;
  report.device = state.bench.device();
  report.trainer = state.bench.trainer_name();
  report.cost.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  report.cost.training_seconds = state.bench.training_seconds();
  report.cost.trainings = state.bench.trainings();
}

// Figures beside a ground truth are wanted whether or not there is a patch.
void skip_search(RepairState& state) {
  state.report.technique = state.options.technique;
  state.report.stopped_because = "data";
  state.warn("nothing was searched: the data come first (--search-anyway searches all the same)");
  if (!state.options.ground_truths.empty()) prove(state);
}

void find_patch(RepairState& state) {
  if (is_decided_by_data(state)) return skip_search(state);
  search(state);
  if (!state.interrupted() && state.options.minimise) minimise(state);
  if (!state.interrupted()) prove(state);
  if (!state.interrupted()) vote(state);
  write_patch(state);
}

}  // namespace

RepairReport repair(const RepairOptions& options, const RepairEnvironment& environment) {
  const auto begin = Clock::now();
  RepairState state(options, environment);
  read_program(state);
  check_scope(state);
  set_pace(state);
  if (!state.interrupted()) reproduce(state);
  if (!state.interrupted()) find_patch(state);
  decide(state);
  settle_account(state, begin);
  return std::move(state.report);
}

}  // namespace dlfix::agent
