#include "agent/workflows/watched_trainings.h"

#include <algorithm>

#include "agent/workflows/deepfd_trainings.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/subject.h"
#include "eval/evidence/problem.h"
#include "eval/localisers/deeplocalize/deeplocalize.h"

namespace dlfix::agent {
namespace {

// The request once a seed; what came back with a trace.
std::vector<trainer::TrainingResult> watch_seeds(const mapping::Program& program,
                                                 const trainer::TrainingRequest& request, int seeds,
                                                 Bench& bench, std::string& failure) {
  std::vector<trainer::TrainingRequest> requests(static_cast<std::size_t>(seeds), request);
  for (std::size_t seed = 0; seed < requests.size(); ++seed) requests[seed].seed = seed;
  std::vector<trainer::TrainingResult> traced;
  for (auto& result : bench.train(requests)) {
    if (!result) continue;
    refuse_untrainable(*result, program);
    if (result->trace) {
      traced.push_back(std::move(*result));
    } else {
      failure = result->reason.empty() ? "it has no trace" : result->reason;
    }
  }
  return traced;
}

trainer::TrainingRequest plain_request(const mapping::Program& program, const WatchOptions& options,
                                       const std::string& scratch) {
  Subject subject = classifier_subject(program, options.profile, scratch);
  // Symptoms are of the classes' accuracy; a regression has none, and its metric stands for it.
  subject.metric = choose_metric(program, eval::detect_problem(program).kind, "").name;
  auto request = subject.request({}, subject.plan.search_use(), 0);
  request.trace = trace_for(program, options.rules);
  return request;
}

// Its first batches alone.
trainer::TrainingRequest batch_request(const mapping::Program& program, const WatchOptions& options,
                                       const std::string& scratch) {
  const Subject subject = classifier_subject(program, options.profile, scratch);
  auto request = subject.request({}, subject.plan.search_use(), 0);
  request.fit =
      eval::deeplocalize_fit(request.fit, static_cast<std::int64_t>(subject.plan.train.size()));
  request.trace = eval::deeplocalize_trace();
  return request;
}

void watch_as_deepfd(const mapping::Program& program, const WatchOptions& options,
                     const std::string& scratch, Bench& bench, WatchedRuns& watched) {
  const Subject subject = classifier_subject(program, options.profile, scratch);
  const auto requests = deepfd_requests(subject, nullptr, options.seeds);
  const auto results = bench.train(requests);
  for (const auto& result : results) {
    if (result) refuse_untrainable(*result, program);
  }
  auto monitored = monitored_trainings(requests, results);
  watched.monitored = std::move(monitored.runs);
  if (!monitored.failure.empty()) watched.failure = std::move(monitored.failure);
}

}  // namespace

WatchedRuns watch_trainings(const mapping::Program& program, const WatchOptions& options,
                            const std::string& scratch, Bench& bench) {
  const auto& tools = options.rules.tools;
  WatchedRuns watched;
  if (std::ranges::any_of(tools, looks_at_plain_trainings)) {
    watched.plain = watch_seeds(program, plain_request(program, options, scratch), options.seeds,
                                bench, watched.failure);
  }
  if (options.rules.deepfd != nullptr && std::ranges::find(tools, "deepfd") != tools.end()) {
    watch_as_deepfd(program, options, scratch, bench, watched);
  }
  if (std::ranges::find(tools, "deeplocalize") != tools.end()) {
    watched.by_batch = watch_seeds(program, batch_request(program, options, scratch), options.seeds,
                                   bench, watched.failure);
  }
  return watched;
}

}  // namespace dlfix::agent
