#include "agent/workflows/fidelity.h"

#include <fmt/format.h>

#include <cmath>

#include "agent/settings/benchmark_subject.h"
#include "agent/workflows/bench.h"
#include "eval/metrics/baseline.h"
#include "mapping/patch/config_patch.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using eval::ComparedBy;
using eval::Retrained;
using eval::SampledConfig;

/// A subject's program, read once for each drawing of its data.
struct Captures {
  BenchmarkSubject about;
  std::vector<Subject> drawings;
  Rows search, holdout;  ///< pool rows

  const Subject& of_seed(int seed) const {
    return drawings[static_cast<std::size_t>(seed) % drawings.size()];
  }
};

Captures capture_subject(const std::string& id, const FidelityOptions& options,
                         const StudyEnvironment& environment) {
  Captures captures{find_benchmark_subject(environment.benchmark, id), {}, {}, {}};
  captures.drawings = read_drawings(captures.about, options.seeds, environment.directory + "/" + id,
                                    environment.capture, environment.reporter);
  Subject& first = captures.drawings.front();
  use_study_rows(first, captures.about.test_size, captures.about.split_seed);
  captures.search = first.plan.search;
  captures.holdout = first.plan.final;
  return captures;
}

eval::Labels labels_of(const RowPool& pool, std::size_t part, const Rows& rows) {
  Rows own = rows;
  const std::int64_t offset = part == 0 ? 0 : pool.training;
  for (auto& row : own) row -= offset;
  return eval::select_rows(eval::read_labels(pool.labels[part]), own);
}

double constant_guess(const Captures& captures) {
  const Subject& subject = captures.drawings.front();
  return eval::constant_baseline(subject.metric, subject.program.compile.loss,
                                 labels_of(subject.pool, 0, subject.plan.train),
                                 labels_of(subject.pool, 1, captures.search))
      .value;
}

/// The configuration without names of the study that no part of the program reads.
nlohmann::json read_names(const mapping::Config& config, const mapping::Program& program) {
  nlohmann::json names = config;
  for (const auto& one : program.hyperparameters)
    if (!one.layer && one.value.is_null() && !one.editable()) names.erase(one.name);
  return names;
}

/// All of a configuration's trainings; the reason when it fits no model.
struct Planned {
  std::vector<trainer::TrainingRequest> requests;
  std::string obstacle;
};

Planned plan_config(const SampledConfig& sampled, const Captures& captures, int seeds) {
  Planned planned;
  const nlohmann::json asked =
      read_names(sampled.measured.config, captures.drawings.front().program);
  for (int seed = 0; seed < seeds; ++seed) {
    const Subject& subject = captures.of_seed(seed);
    const auto patch = mapping::read_config_patch(asked.dump(), subject.program);
    if (!mapping::is_usable(patch.outcome)) {
      planned.obstacle = fmt::format("{}: {}", mapping::to_string(patch.outcome), patch.reason);
      return planned;
    }
    const RowUse use{subject.plan.train, sampled.on_search ? captures.search : captures.holdout};
    try {
      planned.requests.push_back(
          subject.request(patch.changes, use, static_cast<std::uint64_t>(seed) + 1));
    } catch (const support::InputError& error) {
      planned.obstacle = error.what();
      return planned;
    }
  }
  return planned;
}

/// The metric even where the loss is no number: Keras reports it, too.
double value_of(const trainer::TrainingResult& result) {
  const auto* rows = measured(result);
  return rows != nullptr ? rows->value : std::nan("");
}

std::optional<Retrained> gather(SampledConfig sampled, const Planned& planned,
                                std::span<const std::optional<trainer::TrainingResult>> results,
                                const mapping::Program& program) {
  Retrained retrained;
  retrained.sampled = std::move(sampled);
  retrained.crashed = !planned.obstacle.empty();
  retrained.reason = planned.obstacle;
  for (const auto& result : results) {
    if (!result) return {};  // interrupted
    refuse_untrainable(*result, program);
    retrained.ours.push_back(value_of(*result));
    if (result->status != trainer::TrainingStatus::kCrash) continue;
    retrained.crashed = true;
    retrained.reason = result->reason;
  }
  return retrained;
}

std::vector<Retrained> retrain(const std::vector<SampledConfig>& sample, const Captures& captures,
                               int seeds, Bench& bench) {
  std::vector<Planned> plans;
  std::vector<trainer::TrainingRequest> requests;
  for (const SampledConfig& sampled : sample) {
    plans.push_back(plan_config(sampled, captures, seeds));
    if (plans.back().obstacle.empty())
      requests.insert(requests.end(), plans.back().requests.begin(), plans.back().requests.end());
  }
  const auto results = bench.train(requests);
  std::vector<Retrained> retrained;
  std::size_t next = 0;
  for (std::size_t index = 0; index < sample.size(); ++index) {
    const std::size_t count = plans[index].obstacle.empty() ? plans[index].requests.size() : 0;
    if (auto one = gather(sample[index], plans[index], std::span(results).subspan(next, count),
                          captures.drawings.front().program))
      retrained.push_back(std::move(*one));
    next += count;
  }
  return retrained;
}

eval::SubjectFidelity measure_subject(const std::string& id, const FidelityOptions& options,
                                      const StudyEnvironment& environment) {
  const Captures captures = capture_subject(id, options, environment);
  mapping::Config faulty;
  for (const auto& one : captures.drawings.front().program.hyperparameters)
    faulty[one.name] = one.value;
  eval::SubjectFidelity about;
  about.subject = id;
  about.data_kind = captures.about.data_kind;
  about.metric = captures.about.metric;
  about.constant = constant_guess(captures);
  const double tolerance = eval::range_margin(about.metric, about.constant);
  const auto sample =
      eval::sample_configs(eval::read_keras_trainings(options.trainings, id), faulty,
                           {options.configs, options.draw, about.constant, tolerance});
  environment.reporter.phase(
      id, fmt::format("{} configurations, {} seeds each", sample.size(), options.seeds));
  Bench bench(environment.trainer, environment.reporter, environment.cancel);
  return eval::judge_fidelity(about, retrain(sample, captures, options.seeds, bench), options.draw);
}

}  // namespace

eval::FidelityReport measure_fidelity(const FidelityOptions& options,
                                      const StudyEnvironment& environment) {
  std::vector<eval::SubjectFidelity> subjects;
  for (const std::string& id : options.subjects) {
    if (environment.cancel) break;
    subjects.push_back(measure_subject(id, options, environment));
  }
  return eval::make_fidelity_report(std::move(subjects), options.seeds);
}

}  // namespace dlfix::agent
