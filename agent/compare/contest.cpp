#include "agent/compare/contest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/compare/measured_run.h"
#include "agent/compare/searches.h"
#include "agent/workflows/dry_run.h"
#include "eval/repairers/changes.h"
#include "eval/repairers/factory.h"

namespace dlfix::agent {
namespace {

constexpr int kArms = -1;  ///< stands for a column's index
constexpr int kSearchesAtOnce = 16;

}  // namespace

Contest::Contest(const ComparedProgram& entry, const CompareRequest& request,
                 const CompareEnvironment& environment)
    : entry_(entry),
      request_(request),
      environment_(environment),
      repair_{environment.trainer,
              environment.reporter,
              environment.cancel,
              environment.capture,
              [](const std::string& name) { return eval::make_repairer(name); },
              fmt::format("{}/{}", environment.directory, entry.name)},
      bench_(environment.trainer, environment.reporter, environment.cancel) {}

RepairOptions Contest::options_of(const std::string& technique, std::uint64_t seed) const {
  RepairOptions options;
  options.program = entry_.program;
  options.technique = technique;
  options.space = request_.space;
  options.budget = request_.budget;
  options.budget.given = true;  // nothing is shrunk: columns must stay comparable
  options.seeds = kReproductionSeeds;
  options.metric = entry_.metric;
  options.profile = entry_.profile;
  options.seed = seed;
  options.parallel = request_.parallel;
  options.slow_start = request_.slow_start;
  return options;
}

void Contest::read() {
  const int drawings = entry_.redrawn ? request_.repetitions : 0;
  for (int number = entry_.redrawn ? 1 : 0; number <= drawings; ++number) {
    RepairEnvironment environment{
        environment_.trainer,  drawings_.empty() ? environment_.reporter : silent_,
        environment_.cancel,   environment_.capture,
        repair_.make_repairer, repair_.directory};
    drawings_.push_back(
        std::make_unique<Drawing>(entry_, options_of("guided", 0), std::move(environment), number));
  }
  const RepairState& state = drawings_.front()->state();
  result_.name = entry_.name;
  result_.program = entry_.program;
  result_.data_kind = entry_.data_kind;
  result_.drawings = static_cast<int>(drawings_.size());
  result_.metric = state.subject.metric;
  result_.higher_is_better = state.higher_is_better;
  result_.hold_out_rows = state.subject.plan.final.size();
  result_.faulty_config = state.subject.program.config();
  result_.neutrality = entry_.neutrality;
  const auto& fix = drawings_.front()->fix();
  if (fix) result_.fix_config = eval::joined(fix->subject.program.config(), fix->changes);
}

const Drawing& Contest::drawing(int repetition) const {
  return *drawings_[static_cast<std::size_t>(repetition) % drawings_.size()];
}

std::string Contest::column_name(int column) const {
  if (column != kArms) return request_.columns[static_cast<std::size_t>(column)].name;
  return has_fix() ? "as written and fixed" : "as written";
}

TrainingPace Contest::measure_pace() {
  RepairOptions options = options_of("guided", 0);
  options.budget = {Budget::Unit::kFaultyTrainings, 1, true};
  RepairEnvironment apart = repair_;
  apart.directory += "/pace";
  const DryRun plan = plan_repair(options, apart);
  return {plan.least_seconds / plan.trainings, plan.most_seconds / plan.trainings};
}

Contest::Arms Contest::add_arms(TrainingBatch& batch) const {
  Arms arms;
  for (int seed = 0; seed < request_.repetitions; ++seed) {
    const Drawing& drawn = drawing(seed);
    arms.faulty.push_back(batch.add(hold_out_request(drawn.subject(), {}, seed)));
    if (const auto& fix = drawn.fix())
      arms.fix.push_back(batch.add(hold_out_request(fix->subject, fix->changes, seed)));
  }
  return arms;
}

/// Nothing while one of them is missing.
std::optional<std::vector<double>> Contest::values(const std::vector<std::size_t>& places,
                                                   const TrainingBatch& batch) const {
  std::vector<double> measured;
  for (const std::size_t place : places) {
    const auto& training = batch.result(place);
    if (!training) return std::nullopt;
    refuse_untrainable(*training, subject().program);
    measured.push_back(measured_value(*training));
  }
  return measured;
}

void Contest::take_arms(const Arms& arms, const TrainingBatch& batch) {
  const auto faulty = values(arms.faulty, batch);
  if (!faulty) return;
  result_.faulty = *faulty;
  result_.faulty_learning = learning_curve(*batch.result(arms.faulty.front()));
  for (const std::size_t place : arms.faulty) {
    const auto* evaluation = measured(*batch.result(place));
    as_written_.push_back(evaluation ? evaluation->row_values : std::vector<float>());
  }
  const auto fix = values(arms.fix, batch);
  if (!fix || fix->empty()) return;
  result_.fix = *fix;
  result_.fix_learning = learning_curve(*batch.result(arms.fix.front()));
}

bool Contest::prepare() {
  if (!reproduced_) reproduce(drawings_.front()->state());
  reproduced_ = !bench_.interrupted();
  return reproduced_;
}

/// Asks, and asks again with what the answers measured on the search rows. False when interrupted.
bool Contest::ask_rounds(PatchSource& source, int refine) {
  RepairState& state = drawings_.front()->state();
  const eval::RepairContext context = make_context(state);
  SearchRunner runner(state.subject, bench_, state.account);
  runner.lift_budget();
  std::vector<eval::TrialResult> measured;
  auto configs = source.propose(context, measured);
  for (int round = 0; round < refine && !bench_.interrupted(); ++round) {
    for (auto& result : runner.run(configs, 0, kReproductionSeeds))
      measured.push_back(std::move(result));
    if (bench_.interrupted() || measured.empty()) break;
    configs = source.propose(context, measured);
  }
  return !bench_.interrupted();
}

/// Nothing when interrupted.
std::optional<ReplyRuns> Contest::ask(const Column& column, TrainingBatch& batch) {
  if (!prepare()) return std::nullopt;
  environment_.reporter.phase(entry_.name, column.name);
  const auto source = environment_.model(column, entry_);
  if (!ask_rounds(*source, column.refine)) return std::nullopt;
  return ReplyRuns(
      column, source->replies(), source->usage().notes,
      [this](int seed) -> const Subject& { return drawing(seed).subject(); },
      request_.config_seeds ? request_.repetitions : 0, batch);
}

/// What no search has to find: the program, its fix, and what models answer.
bool Contest::measure_known(const std::vector<int>& columns, const LeaveOut& leave_out) {
  TrainingBatch batch;
  std::optional<Arms> arms;
  std::vector<ReplyRuns> replies;
  std::vector<std::string> parts;
  const auto attempt = [&](const std::string& name, const std::function<void()>& step) {
    try {
      step();
    } catch (const support::InputError& error) {
      leave_out(name, error);
    }
  };
  for (const int column : columns) {
    if (bench_.interrupted()) return false;
    if (column == kArms) {
      arms = add_arms(batch);
      parts.push_back(column_name(column));
      continue;
    }
    attempt(column_name(column), [&] {
      const Column& asked = request_.columns[static_cast<std::size_t>(column)];
      if (auto runs = ask(asked, batch)) replies.push_back(std::move(*runs));
    });
  }
  if (!replies.empty()) parts.push_back(fmt::format("replies of {} columns", replies.size()));
  if (batch.size() > 0 && !bench_.interrupted()) {
    environment_.reporter.phase(entry_.name, fmt::format("{}", fmt::join(parts, ", ")));
    batch.train(bench_);
    if (arms) attempt(column_name(kArms), [&] { take_arms(*arms, batch); });
    for (const ReplyRuns& runs : replies)
      if (runs.complete(batch))
        attempt(runs.name(), [&] {
          result_.columns.push_back(runs.result(batch, subject().program, as_written_));
        });
  }
  return !bench_.interrupted();
}

/// `count` searches from seed `first` on. Nothing when interrupted.
std::optional<std::vector<RunOutcome>> Contest::search(const Column& column, int first, int count) {
  SearchPlan plan;
  plan.cuts = request_.cuts;
  plan.choose_rows = [this](Subject& subject) { choose_rows(entry_, subject); };
  for (int repetition = first; repetition < first + count; ++repetition) {
    RepairOptions options = options_of(column.technique, static_cast<std::uint64_t>(repetition));
    options.program = drawing(repetition).program();
    plan.searches.push_back({std::move(options), drawing(repetition).directory()});
  }
  std::vector<RunOutcome> runs;
  for (SearchOutcome& outcome : run_together(plan, repair_)) {
    searched_ += outcome.trainings;
    if (outcome.run) runs.push_back(std::move(*outcome.run));
  }
  if (bench_.interrupted() || runs.size() != plan.searches.size()) return std::nullopt;
  return runs;
}

/// The patches, and what the searches would have given with less of their budgets, on hold-out
/// rows. False when interrupted.
bool Contest::train_patches(std::vector<RunOutcome>& runs, int first) {
  TrainingBatch batch;
  std::vector<std::pair<CutOutcome*, std::size_t>> cuts;
  std::vector<std::optional<std::size_t>> patches;
  int seed = first;
  for (RunOutcome& run : runs) {
    const auto add = [&](const mapping::Config& config) {
      return batch.add(hold_out_request(drawing(seed).subject(), config, seed));
    };
    patches.push_back(run.config.empty() ? std::nullopt : std::optional(add(run.config)));
    for (CutOutcome& cut : run.cuts)
      if (!cut.config.empty()) cuts.emplace_back(&cut, add(cut.config));
    ++seed;
  }
  batch.train(bench_);
  if (!batch.complete()) return false;
  for (const auto& [cut, place] : cuts) cut->value = measured_value(*batch.result(place));
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (patches[i])
      runs[i] = with_training(std::move(runs[i]), *batch.result(*patches[i]), subject().program,
                              as_written_, static_cast<std::size_t>(first) + i);
  return true;
}

bool Contest::measure_search(const Column& column) {
  ColumnResult result;
  result.column = column;
  // What a budget of seconds buys depends on what runs beside it.
  const int most = request_.budget.unit == Budget::Unit::kSeconds ? 1 : kSearchesAtOnce;
  for (int first = 0; first < request_.repetitions; first += most) {
    const int count = std::min(most, request_.repetitions - first);
    environment_.reporter.phase(
        entry_.name, fmt::format("{}, {} of {}", column.name,
                                 count > 1 ? fmt::format("{} to {}", first + 1, first + count)
                                           : std::to_string(first + 1),
                                 request_.repetitions));
    auto runs = search(column, first, count);
    if (!runs || !train_patches(*runs, first)) return false;
    for (RunOutcome& run : *runs) result.runs.push_back(std::move(run));
  }
  // Runs of a search that was cut off would be fewer than the others': only whole columns count.
  result_.columns.push_back(std::move(result));
  return true;
}

bool Contest::measure(const std::vector<int>& columns, const LeaveOut& leave_out) {
  std::vector<int> known;
  std::vector<const Column*> searches;
  for (const int column : columns) {
    const Column* asked =
        column == kArms ? nullptr : &request_.columns[static_cast<std::size_t>(column)];
    if (asked == nullptr || asked->technique == "llm") {
      known.push_back(column);
    } else {
      searches.push_back(asked);
    }
  }
  if (!measure_known(known, leave_out)) return false;
  for (const Column* column : searches) {
    try {
      if (!measure_search(*column)) return false;
    } catch (const support::InputError& error) {
      leave_out(column->name, error);
    }
  }
  return true;
}

}  // namespace dlfix::agent
