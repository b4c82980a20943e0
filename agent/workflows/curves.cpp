#include "agent/workflows/curves.h"

#include <fmt/format.h>

#include "agent/settings/benchmark_subject.h"
#include "agent/workflows/bench.h"
#include "eval/evidence/problem.h"
#include "eval/repairers/changes.h"
#include "eval/repairers/random_search.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr std::uint64_t kMostDraws = 50;  // for each configuration that is wanted
constexpr std::size_t kLeastEpochs = 4;

eval::RepairContext context_of(const Subject& subject) {
  const eval::Problem problem = eval::detect_problem(subject.program);
  eval::RepairContext context;
  context.program = &subject.program;
  context.space = eval::make_space(subject.program, problem.kind, problem.one_hot, {});
  context.metric = subject.metric;
  context.higher_is_better = trainer::higher_is_better(subject.metric);
  context.problem = problem.kind;
  context.classes = problem.classes;
  context.one_hot_labels = problem.one_hot;
  return context;
}

std::vector<mapping::Config> draw_configs(const eval::RepairContext& context,
                                          const CurveOptions& options) {
  std::vector<mapping::Config> configs;
  const auto wanted = static_cast<std::size_t>(options.configs);
  for (std::uint64_t trial = 1; configs.size() < wanted && trial < kMostDraws * wanted; ++trial) {
    const auto drawn = eval::random_config(context.space, options.seed, trial, true);
    const auto config = eval::settled(context, eval::with_shared_sources(context, drawn));
    if (config && !eval::known_invalid(context, *config)) configs.push_back(*config);
  }
  return configs;
}

/// The training with the rows that measure it as validation rows, so that every epoch has a value.
trainer::TrainingRequest watched(const Subject& subject, const mapping::Config& config) {
  trainer::TrainingRequest request = subject.request(config, subject.plan.search_use(), 1);
  request.validation = request.evaluate.front().data;
  request.fit.validation_split = 0;
  request.evaluate.clear();
  return request;
}

std::vector<double> values_of(const trainer::TrainingResult& result) {
  std::vector<double> values;
  for (const trainer::EpochRecord& epoch : result.epochs) values.push_back(epoch.val_metric);
  return values;
}

std::vector<eval::Curve> record_subject(const std::string& id, const CurveOptions& options,
                                        const StudyEnvironment& environment) {
  const BenchmarkSubject about = find_benchmark_subject(environment.benchmark, id);
  Subject subject = read_study_subject(about.program, environment.directory + "/" + id,
                                       about.metric, environment.capture);
  use_study_rows(subject, about.test_size, about.split_seed);
  const eval::RepairContext context = context_of(subject);
  const auto configs = draw_configs(context, options);
  environment.reporter.phase(id, fmt::format("{} configurations", configs.size()));
  std::vector<trainer::TrainingRequest> requests;
  for (const auto& config : configs) requests.push_back(watched(subject, config));
  Bench bench(environment.trainer, environment.reporter, environment.cancel);
  const auto results = bench.train(requests);
  std::vector<eval::Curve> curves;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    if (!results[i] || results[i]->epochs.size() < kLeastEpochs) continue;
    eval::Curve curve{id, configs[i], subject.metric, 0, eval::thinned(values_of(*results[i]))};
    curve.epochs = static_cast<std::int64_t>(results[i]->epochs.size());
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace

std::vector<eval::Curve> record_curves(const CurveOptions& options,
                                       const StudyEnvironment& environment) {
  std::vector<eval::Curve> curves;
  for (const std::string& id : options.subjects) {
    if (environment.cancel) break;
    for (auto& curve : record_subject(id, options, environment)) curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace dlfix::agent
