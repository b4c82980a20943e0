#include "agent/workflows/watched_trainings.h"

#include <algorithm>

#include "agent/workflows/deepfd_trainings.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/subject.h"
#include "eval/evidence/problem.h"
#include "eval/localisers/deeplocalize/deeplocalize.h"

namespace dlfix::agent {
namespace {

void watch_plain(const mapping::Program& program, const WatchOptions& options,
                 const std::string& scratch, Bench& bench, WatchedRuns& watched) {
  Subject subject = deepfd_subject(program, options.profile, scratch);
  // Symptoms are of the classes' accuracy; a regression has none, and its metric stands for it.
  subject.metric = choose_metric(program, eval::detect_problem(program).kind, "").name;
  std::vector<trainer::TrainingRequest> requests;
  for (int seed = 0; seed < options.seeds; ++seed) {
    requests.push_back(
        subject.request({}, subject.plan.search_use(), static_cast<std::uint64_t>(seed)));
    requests.back().trace = trace_for(program, options.rules);
  }
  for (auto& result : bench.train(requests)) {
    if (!result) continue;
    refuse_untrainable(*result, program);
    if (result->trace) {
      watched.plain.push_back(std::move(*result));
    } else {
      watched.failure = result->reason.empty() ? "it has no trace" : result->reason;
    }
  }
}

// Its first batches alone.
void watch_batches(const mapping::Program& program, const WatchOptions& options,
                   const std::string& scratch, Bench& bench, WatchedRuns& watched) {
  const Subject subject = deepfd_subject(program, options.profile, scratch);
  std::vector<trainer::TrainingRequest> requests;
  for (int seed = 0; seed < options.seeds; ++seed) {
    requests.push_back(
        subject.request({}, subject.plan.search_use(), static_cast<std::uint64_t>(seed)));
    requests.back().fit = eval::deeplocalize_fit(
        requests.back().fit, static_cast<std::int64_t>(subject.plan.train.size()));
    requests.back().trace = eval::deeplocalize_trace();
  }
  for (auto& result : bench.train(requests)) {
    if (!result) continue;
    refuse_untrainable(*result, program);
    if (result->trace) watched.by_batch.push_back(std::move(*result));
  }
}

void watch_as_deepfd(const mapping::Program& program, const WatchOptions& options,
                     const std::string& scratch, Bench& bench, WatchedRuns& watched) {
  const Subject subject = deepfd_subject(program, options.profile, scratch);
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
    watch_plain(program, options, scratch, bench, watched);
  }
  if (options.rules.deepfd != nullptr && std::ranges::find(tools, "deepfd") != tools.end()) {
    watch_as_deepfd(program, options, scratch, bench, watched);
  }
  if (std::ranges::find(tools, "deeplocalize") != tools.end()) {
    watch_batches(program, options, scratch, bench, watched);
  }
  return watched;
}

}  // namespace dlfix::agent
