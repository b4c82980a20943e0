#include "agent/workflows/deepfd_trainings.h"

#include "agent/workflows/bench.h"

namespace dlfix::agent {
namespace {

bool is_validated(const trainer::TrainingRequest& request) {
  return request.validation.has_value() || request.fit.validation_split > 0;
}

}  // namespace

Subject classifier_subject(const mapping::Program& program, const std::string& profile,
                           const std::string& scratch) {
  Subject subject;
  subject.program = program;
  subject.profile = profile.empty() ? program.profile : profile;
  subject.scratch = scratch;
  subject.pool = make_row_pool(program);
  subject.plan = make_row_plan(program, subject.pool);
  subject.metric = "accuracy";
  return subject;
}

std::vector<trainer::TrainingRequest> deepfd_requests(const Subject& subject,
                                                      const eval::Mutant* mutant, int runs) {
  trainer::TrainingRequest request = subject.request({}, subject.plan.search_use(), 0);
  if (mutant != nullptr) {
    const eval::MutatedProgram mutated = eval::apply_mutant(subject.program, *mutant);
    request.model = mutated.configured.model;
    request.compile = mutated.configured.compile;
    request.fit = planned_fit(mutated.configured.fit, subject.plan);
  }
  if (!is_validated(request)) request.validation = request.evaluate.front().data;
  request.fit = eval::deepfd_fit(std::move(request.fit));
  request.trace = eval::deepfd_trace(eval::deepfd_quirks(eval::ToolReading::kMended));
  std::vector<trainer::TrainingRequest> requests(static_cast<std::size_t>(runs), request);
  for (std::size_t run = 0; run < requests.size(); ++run) requests[run].seed = run;
  return requests;
}

MonitoredTrainings monitored_trainings(
    const std::vector<trainer::TrainingRequest>& requests,
    const std::vector<std::optional<trainer::TrainingResult>>& results) {
  MonitoredTrainings monitored;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) continue;
    if (results[i]->trace && results[i]->trace->checks.rows() > 0) {
      monitored.runs.push_back(
          eval::observe_run(*results[i], is_validated(requests[i]), requests[i].fit.epochs));
    } else {
      monitored.failure = failure(*results[i]);
      if (monitored.failure.empty()) monitored.failure = "it has no trace";
    }
  }
  return monitored;
}

}  // namespace dlfix::agent
