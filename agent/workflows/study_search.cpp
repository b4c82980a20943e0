#include "agent/workflows/study_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/settings/benchmark_subject.h"
#include "agent/workflows/bench.h"
#include "agent/workflows/study_runner.h"
#include "eval/evidence/problem.h"
#include "eval/repairers/autotrainer.h"
#include "eval/repairers/factory.h"
#include "eval/statistics/random_stream.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

// Of data that the study drew anew in every training. Few would do harm: among fifty trainings that
// all guess one class the best by its search rows is then the same drawing in every search.
constexpr int kDrawings = 200;
constexpr double kLeastEpochFactor = 1.1;
constexpr double kMostEpochFactor = 1.3;
constexpr double kAutoTrainerShare = 0.5;
constexpr const char* kAutoTrainer = "autotrainer";

/// A fault's program with the study's rows.
struct StudyFault {
  BenchmarkSubject about;
  std::vector<Subject> drawings;
  eval::Problem problem;
};

/// `drawings`: of data that the study drew anew.
StudyFault read_fault(const std::string& id, int drawings, double test_size,
                      const StudyEnvironment& environment) {
  StudyFault fault{find_benchmark_subject(environment.benchmark, id), {}, {}};
  if (fault.about.redrawn) {
    environment.reporter.phase("read", fmt::format("{}, {} drawings of its data", id, drawings));
  }
  fault.drawings = read_drawings(fault.about, drawings, environment.directory + "/" + id,
                                 environment.capture, environment.reporter);
  for (Subject& drawing : fault.drawings)
    use_study_rows(drawing, test_size > 0 ? test_size : fault.about.test_size,
                   fault.about.split_seed);
  fault.problem = eval::detect_problem(fault.drawings.front().program);
  return fault;
}

eval::RepairContext context_of(const StudyFault& fault, std::uint64_t seed) {
  const mapping::Program& program = fault.drawings.front().program;
  eval::RandomStream random(seed, 0);
  eval::SpaceOptions space;
  space.reading = "study";
  space.epoch_factor =
      kLeastEpochFactor + random.uniform() * (kMostEpochFactor - kLeastEpochFactor);
  eval::RepairContext context;
  context.program = &program;
  context.space = eval::make_space(program, fault.problem.kind, fault.problem.one_hot, space);
  context.metric = fault.about.metric;
  context.higher_is_better = trainer::higher_is_better(fault.about.metric);
  context.seed = seed;
  context.problem = fault.problem.kind;
  context.classes = fault.problem.classes;
  context.one_hot_labels = fault.problem.one_hot;
  context.faulty.values = {context.higher_is_better ? 0.0 : 1e300};
  return context;
}

std::uint64_t seed_of(const StudySearchOptions& options, const std::string& what, int repetition) {
  const std::string text = fmt::format("{} {} {}", options.seed, what, repetition);
  return std::stoull(support::sha256(text).substr(0, 8), nullptr, 16);
}

class StudySearches {
 public:
  StudySearches(const StudySearchOptions& options, const StudyEnvironment& environment)
      : options_(options),
        environment_(environment),
        bench_(environment.trainer, environment.reporter, environment.cancel) {}

  void search(eval::SearchCell& cell, const StudyFault& fault);
  void watch(eval::AutoTrainerCell& cell, const StudyFault& fault);
  bool interrupted() const { return bench_.interrupted(); }

 private:
  std::unique_ptr<eval::Repairer> searcher(const std::string& tool) const;

  const StudySearchOptions& options_;
  const StudyEnvironment& environment_;
  Bench bench_;
};

std::unique_ptr<eval::Repairer> StudySearches::searcher(const std::string& tool) const {
  eval::RepairerOptions options;
  options.tools = options_.reading;
  return eval::make_repairer(tool, options);
}

void StudySearches::search(eval::SearchCell& cell, const StudyFault& fault) {
  cell.higher_is_better = trainer::higher_is_better(fault.about.metric);
  environment_.reporter.phase(
      "search", fmt::format("{}, {} at budget {}", cell.fault, cell.tool, cell.budget));
  for (int repetition = 0; repetition < options_.repetitions; ++repetition) {
    const auto& published =
        cell.published[static_cast<std::size_t>(repetition) % cell.published.size()];
    const std::uint64_t seed =
        seed_of(options_, fmt::format("{} {} {}", cell.fault, cell.tool, cell.budget), repetition);
    StudyRunner runner(fault.drawings, bench_, seed, published.results);
    searcher(cell.tool)->repair(context_of(fault, seed), runner);
    if (bench_.interrupted()) return;
    cell.ours.push_back(runner.best_holdout());
  }
}

void StudySearches::watch(eval::AutoTrainerCell& cell, const StudyFault& fault) {
  environment_.reporter.phase("search", fmt::format("{}, AutoTrainer", cell.fault));
  for (int repetition = 0; repetition < options_.repetitions; ++repetition) {
    const std::uint64_t seed = seed_of(options_, cell.fault + " autotrainer", repetition) % 100000;
    StudyRunner runner(fault.drawings, bench_, seed, StudyRunner::kNoLimit);
    const auto report =
        eval::AutoTrainer({options_.reading}).watch(context_of(fault, seed), runner);
    if (bench_.interrupted() || !report) return;
    eval::AutoTrainerRun run{std::string(to_string(report->outcome)),
                             static_cast<int>(report->attempts.size()), std::nan(""), std::nan("")};
    if (report->returned >= 0)
      run.returned = report->attempts[static_cast<std::size_t>(report->returned)].result.accuracy;
    for (const auto& attempt : report->attempts) {
      if (!attempt.result.failed) run.best = std::fmax(run.best, attempt.result.accuracy);
    }
    cell.ours.push_back(run);
  }
}

}  // namespace

eval::SearchStudyReport measure_study_searches(const StudySearchOptions& options,
                                               const StudyEnvironment& environment) {
  std::vector<std::string> searchers = options.tools;
  const bool watches = std::erase(searchers, kAutoTrainer) > 0;
  auto cells = searchers.empty() ? std::vector<eval::SearchCell>{}
                                 : eval::read_search_cells(options.directory, options.subjects,
                                                           searchers, options.budgets);
  std::vector<eval::AutoTrainerCell> watched;
  if (watches) {
    for (const std::string& subject : options.subjects)
      watched.push_back(eval::read_autotrainer_cell(options.directory, subject));
  }
  StudySearches searches(options, environment);
  for (const std::string& subject : options.subjects) {
    if (searches.interrupted()) break;
    if (!cells.empty()) {
      const StudyFault fault = read_fault(subject, kDrawings, 0, environment);
      for (eval::SearchCell& cell : cells) {
        if (cell.fault == subject && !searches.interrupted()) searches.search(cell, fault);
      }
    }
    if (!watches || searches.interrupted()) continue;
    const StudyFault fault =
        read_fault(subject, options.repetitions, kAutoTrainerShare, environment);
    for (eval::AutoTrainerCell& cell : watched) {
      if (cell.fault == subject) searches.watch(cell, fault);
    }
  }
  auto report = eval::judge_searches(std::move(cells), std::move(watched));
  report.interrupted = searches.interrupted();
  return report;
}

}  // namespace dlfix::agent
