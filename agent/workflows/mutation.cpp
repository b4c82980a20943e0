#include "agent/workflows/mutation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "agent/workflows/deepfd_trainings.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/mutated_rows.h"
#include "eval/evidence/problem.h"
#include "eval/mutation/binary_search.h"
#include "eval/mutation/fault_seeding.h"
#include "eval/mutation/mutation_operators.h"
#include "eval/mutation/mutation_values.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

using eval::Mutant;
using support::InputError;
using trainer::TrainingRequest;
using trainer::TrainingResult;

constexpr int kRedraws = 5;

bool is_deepfd(const MutationOptions& options) {
  const auto& names = options.operators;
  const bool asked = std::ranges::find(names, kDeepFdSeeding) != names.end();
  if (asked && names.size() > 1) {
    throw InputError(
        "--operators: DeepFD's seeding trains in another way than DeepCrime's operators",
        "ask for one of the two at a time");
  }
  return asked;
}

// A diverged network still answers, so its accuracy counts; its loss is no number.
std::optional<double> value_of(const TrainingResult& result) {
  const auto* evaluation = measured(result);
  if (evaluation == nullptr || !std::isfinite(evaluation->value)) return std::nullopt;
  return evaluation->value;
}

std::string dataset_of(const Subject& subject) {
  std::string content;
  for (const auto& parts : subject.pool.inputs) {
    for (const auto& part : parts) content += part.sha256;
  }
  return "data_" + support::sha256(content).substr(0, 8);
}

class Mutation {
 public:
  Mutation(const mapping::Program& program, const MutationOptions& options,
           const std::string& scratch, Bench& bench)
      : options_(options),
        deepfd_(is_deepfd(options)),
        problem_(eval::detect_problem(program)),
        subject_(classifier_subject(program, options.profile, scratch)),
        bench_(bench) {
    if (!deepfd_) subject_.metric = choose_metric(program, problem_.kind, options.metric).name;
    const bool numbers = problem_.kind == eval::ProblemKind::kRegression;
    if (deepfd_ && numbers) {
      throw InputError(
          program.path + ": its labels are numbers, and DeepFD's faults are of classifiers",
          "take DeepCrime's operators: --operators HLR,HNE,LCH");
    }
    report_.program = program.path;
    report_.metric = subject_.metric;
    report_.dataset = dataset_of(subject_);
  }

  MutationReport run() {
    report_.original = std::move(train({Mutant{}}, true).front());
    if (!bench_.interrupted()) {
      if (report_.original.values.size() < 2) {
        throw InputError(report_.program + ": cannot be trained: " + report_.original.failure);
      }
      deepfd_ ? seed_all() : run_operators();
    }
    report_.interrupted = bench_.interrupted();
    report_.device = bench_.device();
    report_.trainings = bench_.trainings();
    report_.training_seconds = bench_.training_seconds();
    return std::move(report_);
  }

 private:
  std::vector<TrainingRequest> requests(const Mutant* mutant) {
    if (deepfd_) return deepfd_requests(subject_, mutant, options_.runs);
    TrainingRequest request = subject_.request({}, subject_.plan.search_use(), 0);
    if (mutant != nullptr) apply(*mutant, request);
    std::vector<TrainingRequest> all(static_cast<std::size_t>(options_.runs), request);
    for (std::size_t run = 0; run < all.size(); ++run) all[run].seed = run;
    return all;
  }

  void apply(const Mutant& mutant, TrainingRequest& request) {
    const eval::MutatedProgram mutated = eval::apply_mutant(subject_.program, mutant);
    request.model = mutated.configured.model;
    request.compile = mutated.configured.compile;
    request.fit = planned_fit(mutated.configured.fit, subject_.plan);
    if (mutated.without_validation) request.validation.reset();
    if (!mutant.data) return;
    const std::string why_not = change_training_rows(*mutant.data, problem_, options_.seed,
                                                     subject_.scratch + "/mutated", request);
    if (!why_not.empty()) throw InputError(why_not);
  }

  // All versions' trainings together, so that those of one shape are fused. `original`: the mutants
  // are the program as it is.
  std::vector<TrainedVersion> train(const std::vector<Mutant>& mutants, bool original = false) {
    std::vector<TrainingRequest> all;
    for (const Mutant& mutant : mutants) {
      const auto some = requests(original ? nullptr : &mutant);
      all.insert(all.end(), some.begin(), some.end());
    }
    const auto results = bench_.train(all);
    std::vector<TrainedVersion> versions;
    const auto runs = static_cast<std::ptrdiff_t>(options_.runs);
    for (std::size_t i = 0; i < mutants.size(); ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i) * runs;
      versions.push_back(version({all.begin() + at, all.begin() + at + runs},
                                 {results.begin() + at, results.begin() + at + runs}));
      if (original) continue;
      versions.back().mutant = mutants[i];
      judge(versions.back());
    }
    return versions;
  }

  TrainedVersion version(const std::vector<TrainingRequest>& requests,
                         const std::vector<std::optional<TrainingResult>>& results) {
    TrainedVersion version;
    for (const auto& result : results) {
      if (!result) continue;
      refuse_untrainable(*result, subject_.program);
      if (const auto value = value_of(*result)) {
        version.values.push_back(*value);
      } else {
        version.failure = failure(*result);
      }
    }
    if (deepfd_) version.runs = monitored_trainings(requests, results).runs;
    return version;
  }

  void judge(TrainedVersion& version) const {
    if (version.values.size() < 2 || report_.original.values.size() < 2) return;
    const auto direction = trainer::higher_is_better(subject_.metric)
                               ? eval::MetricDirection::kHigherIsBetter
                               : eval::MetricDirection::kLowerIsBetter;
    version.killing = eval::killing_test(report_.original.values, version.values, direction);
  }

  // What was not trained to its end because of Ctrl-C says nothing.
  void keep(std::vector<TrainedVersion> versions) {
    if (bench_.interrupted()) return;
    for (auto& version : versions) report_.mutants.push_back(std::move(version));
  }

  // DeepFD
  // -----------------------------------------------------------------------------------------

  void seed_all() {
    eval::RandomStream random(options_.seed);
    keep(train(single_faults(random)));
    keep(train(several_faults(random)));
  }

  std::vector<Mutant> single_faults(eval::RandomStream& random) {
    const auto& types = eval::seeded_types();
    std::vector<Mutant> mutants;
    for (int i = 0; i < options_.mutants; ++i) {
      const std::string& type = types[static_cast<std::size_t>(i) % types.size()];
      add_new(
          mutants, [&] { return eval::seed_fault(subject_.program, type, random); }, type);
    }
    return mutants;
  }

  std::vector<Mutant> several_faults(eval::RandomStream& random) {
    std::map<std::string, std::vector<Mutant>> killed;
    for (const TrainedVersion& version : report_.mutants) {
      if (version.killed()) killed[version.mutant->operation].push_back(*version.mutant);
    }
    std::vector<Mutant> mutants;
    for (int i = 0; i < options_.several; ++i) {
      const int count = 2 + i % 2;
      add_new(
          mutants, [&] { return eval::seed_faults(killed, count, random); },
          fmt::format("{} faults", count));
    }
    return mutants;
  }

  // Draws again where there is such a mutant already.
  template <class Draw>
  void add_new(std::vector<Mutant>& mutants, Draw draw, const std::string& what) {
    for (int redraw = 0; redraw < kRedraws; ++redraw) {
      const eval::MutationOutcome outcome = draw();
      if (!outcome.mutant) return note(what, outcome.why_not);
      const auto same = [&](const Mutant& m) { return m.name() == outcome.mutant->name(); };
      if (std::ranges::any_of(mutants, same)) continue;
      mutants.push_back(*outcome.mutant);
      return;
    }
  }

  // DeepCrime
  // --------------------------------------------------------------------------------------

  void run_operators() {
    for (const std::string& id : options_.operators) {
      if (bench_.interrupted()) return;
      const auto& operation = eval::mutation_operator(id);
      const bool ordered = operation.search == eval::ValueSearch::kBinary;
      ordered ? search_values(id) : try_all(operation);
    }
  }

  void try_all(const eval::MutationOperator& operation) {
    const std::string& id = operation.id;
    const auto mutants = eval::all_mutants(subject_.program, id);
    if (mutants.empty()) {
      const bool one = operation.search == eval::ValueSearch::kNone && !operation.of_layers;
      return note(id, one ? eval::mutate(subject_.program, id).why_not
                          : "the program has nothing that it changes");
    }
    keep(train(mutants));
  }

  void search_values(const std::string& id) {
    const eval::OrderedRange range = eval::mutation_range(subject_.program, id);
    if (range.weak == range.strong) return note(id, "there is no weaker value");
    bool applies = true;
    const auto is_killed = [&](double value) {
      if (!applies || bench_.interrupted()) return false;
      const auto number = range.decimals == 0 ? nlohmann::json(static_cast<std::int64_t>(value))
                                              : nlohmann::json(value);
      const auto outcome = eval::mutate(subject_.program, id, {std::nullopt, number});
      applies = outcome.mutant.has_value();
      if (!applies) {
        note(id, outcome.why_not);
        return false;
      }
      keep(train({*outcome.mutant}));
      return !bench_.interrupted() && report_.mutants.back().killed();
    };
    const auto found = eval::search_weakest_killed(range, is_killed);
    if (applies && !bench_.interrupted()) {
      report_.weakest.push_back({id, found.killed, found.survived});
    }
  }

  void note(const std::string& what, const std::string& why) {
    const std::pair<std::string, std::string> entry{what, why};
    auto& list = report_.not_applicable;
    if (std::ranges::find(list, entry) == list.end()) list.push_back(entry);
  }

  const MutationOptions& options_;
  bool deepfd_;
  eval::Problem problem_;
  Subject subject_;
  Bench& bench_;
  MutationReport report_;
};

}  // namespace

MutationReport mutate_program(const mapping::Program& program, const MutationOptions& options,
                              const std::string& scratch, Bench& bench) {
  return Mutation(program, options, scratch, bench).run();
}

}  // namespace dlfix::agent
