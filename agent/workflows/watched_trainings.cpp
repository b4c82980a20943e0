#include "agent/workflows/watched_trainings.h"

#include "agent/workflows/metric_choice.h"
#include "agent/workflows/subject.h"
#include "eval/evidence/problem.h"

namespace dlfix::agent {

WatchedTrainings watch_trainings(const mapping::Program& program, const trainer::TraceSpec& spec,
                                 int seeds, const std::string& profile, const std::string& scratch,
                                 Bench& bench) {
  Subject subject;
  subject.program = program;
  subject.profile = profile.empty() ? program.profile : profile;
  subject.scratch = scratch;
  subject.pool = make_row_pool(program);
  subject.plan = make_row_plan(program, subject.pool);
  // Symptoms are of the classes' accuracy; a regression has none, and its metric stands for it.
  subject.metric = choose_metric(program, eval::detect_problem(program).kind, "").name;
  std::vector<trainer::TrainingRequest> requests;
  for (int seed = 0; seed < seeds; ++seed) {
    requests.push_back(
        subject.request({}, subject.plan.search_use(), static_cast<std::uint64_t>(seed)));
    requests.back().trace = spec;
  }
  WatchedTrainings watched;
  for (auto& result : bench.train(requests)) {
    if (!result) continue;
    refuse_untrainable(*result, program);
    if (result->trace) {
      watched.results.push_back(std::move(*result));
    } else {
      watched.failure = result->reason.empty() ? "it has no trace" : result->reason;
    }
  }
  return watched;
}

}  // namespace dlfix::agent
