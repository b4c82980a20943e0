#include "agent/compare/contest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/workflows/dry_run.h"
#include "agent/workflows/study_subject.h"
#include "eval/repairers/changes.h"
#include "eval/repairers/factory.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr std::size_t kShownEpochs = 50;  ///< of a learning curve

using trainer::TrainingRequest;
using trainer::TrainingResult;

RowUse hold_out_use(const Subject& subject) { return {subject.plan.train, subject.plan.final}; }

/// Trainings that are asked for together.
class Batch {
 public:
  std::size_t add(TrainingRequest request) {
    requests_.push_back(std::move(request));
    return requests_.size() - 1;
  }
  void train(Bench& bench) {
    if (!requests_.empty()) results_ = bench.train(requests_);
  }
  const std::optional<TrainingResult>& result(std::size_t index) const { return results_[index]; }
  /// False: interrupted before all were trained.
  bool complete() const {
    return std::ranges::all_of(results_, [](const auto& result) { return result.has_value(); });
  }

 private:
  std::vector<TrainingRequest> requests_;
  std::vector<std::optional<TrainingResult>> results_;
};

bool is_usable(const ReplyResult& reply) {
  return reply.outcome == "ok" || reply.outcome == "ok_with_repairs" ||
         reply.outcome == "no_change";
}

/// Evenly thinned; the last epoch is always there.
LearningCurve learning_curve(const TrainingResult& training) {
  LearningCurve curve;
  const std::size_t epochs = training.epochs.size();
  const std::size_t stride = std::max<std::size_t>(1, (epochs + kShownEpochs - 1) / kShownEpochs);
  for (std::size_t i = 0; i < epochs; ++i) {
    if (i % stride != 0 && i + 1 != epochs) continue;
    curve.epochs.push_back(static_cast<std::int64_t>(i) + 1);
    curve.loss.push_back(training.epochs[i].loss);
    curve.metric.push_back(training.epochs[i].metric);
  }
  return curve;
}

}  // namespace

Contest::Contest(const ComparedProgram& entry, const CompareRequest& request,
                 const CompareEnvironment& environment)
    : entry_(entry),
      request_(request),
      environment_(environment),
      directory_(fmt::format("{}/{}", environment.directory, entry.name)),
      repair_{
          environment.trainer,
          environment.reporter,
          environment.cancel,
          environment.capture,
          [this](const std::string& name) { return watched(eval::make_repairer(name), trace_); },
          directory_},
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

std::unique_ptr<RepairState> Contest::new_state(const std::string& technique, std::uint64_t seed) {
  auto state = std::make_unique<RepairState>(options_of(technique, seed), repair_);
  read_program(*state);
  choose_rows(state->subject);
  set_pace(*state);
  return state;
}

void Contest::choose_rows(Subject& subject) const {
  subject.plan.resplit = false;
  if (entry_.split && subject.pool.source == EvaluationSource::kEvaluate)
    use_study_rows(subject, entry_.split->test_size, entry_.split->seed);
}

void Contest::read() {
  state_ = new_state("guided", 0);
  const Subject& subject = state_->subject;
  result_.name = entry_.name;
  result_.program = subject.program.path;
  result_.data_kind = entry_.data_kind;
  result_.metric = subject.metric;
  result_.higher_is_better = state_->higher_is_better;
  result_.hold_out_rows = subject.plan.final.size();
  result_.faulty_config = subject.program.config();
  result_.neutrality = entry_.neutrality;
  if (entry_.fix.empty()) return;
  fix_ = read_ground_truth(entry_.fix, subject, directory_ + "/fix", environment_.capture);
  result_.fix_config = eval::joined(fix_->subject.program.config(), fix_->changes);
}

TrainingPace Contest::measure_pace() {
  RepairOptions options = options_of("guided", 0);
  options.budget = {Budget::Unit::kFaultyTrainings, 1, true};
  RepairEnvironment apart = repair_;
  apart.directory += "/pace";
  const DryRun plan = plan_repair(options, apart);
  return {plan.least_seconds / plan.trainings, plan.most_seconds / plan.trainings};
}

bool Contest::measure_arms() {
  environment_.reporter.phase(
      entry_.name,
      fmt::format("faulty{}, {} seeds each", fix_ ? " and fixed" : "", request_.repetitions));
  Batch batch;
  const auto add = [&](const Subject& subject, const mapping::Config& changes) {
    for (int seed = 0; seed < request_.repetitions; ++seed)
      batch.add(subject.request(changes, hold_out_use(subject), static_cast<std::uint64_t>(seed)));
  };
  add(state_->subject, {});
  if (fix_) add(fix_->subject, fix_->changes);
  batch.train(bench_);
  account();
  if (!batch.complete()) return false;
  const auto values = [&](int arm) {
    std::vector<double> measured;
    for (int seed = 0; seed < request_.repetitions; ++seed) {
      const TrainingResult& training =
          *batch.result(static_cast<std::size_t>(arm * request_.repetitions + seed));
      refuse_untrainable(training, state_->subject.program);
      measured.push_back(measured_value(training));
    }
    return measured;
  };
  result_.faulty = values(0);
  result_.faulty_learning = learning_curve(*batch.result(0));
  if (!fix_) return true;
  result_.fix = values(1);
  result_.fix_learning =
      learning_curve(*batch.result(static_cast<std::size_t>(request_.repetitions)));
  return true;
}

bool Contest::prepare() {
  if (!reproduced_) reproduce(*state_);
  reproduced_ = !bench_.interrupted();
  account();
  return reproduced_;
}

RunOutcome Contest::judge_training(RunOutcome run, const TrainingResult& training) const {
  refuse_untrainable(training, state_->subject.program);
  run.value = measured_value(training);
  run.learning = learning_curve(training);
  if (training.status != trainer::TrainingStatus::kOk)
    run.outcome = trainer::to_string(training.status);
  return run;
}

std::optional<RunOutcome> Contest::search_once(const Column& column, int repetition) {
  const auto seed = static_cast<std::uint64_t>(repetition);
  const auto state = new_state(column.technique, seed);
  if (!state->interrupted()) reproduce(*state);
  if (!state->interrupted()) agent::search(*state);
  trainings_ += state->bench.trainings();
  if (state->interrupted()) return std::nullopt;
  RunOutcome run;
  run.outcome = state->best.empty() ? "no_patch" : "ok";
  run.config = state->best;
  run.settings = state->report.configs_tried;
  run.curve = trace_.curve();
  for (const double cut : request_.cuts) run.cuts.push_back({cut, trace_.best_at(cut)});
  if (!train_search_result(run, seed)) return std::nullopt;
  return run;
}

/// The patch, and what the search would have given with less of its budget, on hold-out rows.
bool Contest::train_search_result(RunOutcome& run, std::uint64_t seed) {
  Batch batch;
  std::vector<std::pair<CutOutcome*, std::size_t>> places;
  const auto add = [&](const mapping::Config& config) {
    return batch.add(state_->subject.request(config, hold_out_use(state_->subject), seed));
  };
  if (!run.config.empty()) add(run.config);
  for (CutOutcome& cut : run.cuts)
    if (!cut.config.empty()) places.emplace_back(&cut, add(cut.config));
  batch.train(bench_);
  account();
  if (!batch.complete()) return false;
  for (const auto& [cut, place] : places) cut->value = measured_value(*batch.result(place));
  if (!run.config.empty()) run = judge_training(std::move(run), *batch.result(0));
  return true;
}

bool Contest::measure_search(ColumnResult& result) {
  for (int repetition = 0; repetition < request_.repetitions; ++repetition) {
    environment_.reporter.phase(entry_.name, fmt::format("{}, {} of {}", result.column.name,
                                                         repetition + 1, request_.repetitions));
    auto run = search_once(result.column, repetition);
    if (!run) return false;
    result.runs.push_back(std::move(*run));
  }
  return true;
}

/// Asks, and asks again with what the answers measured on the search rows. False when interrupted.
bool Contest::ask_rounds(PatchSource& source, int refine) {
  const eval::RepairContext context = make_context(*state_);
  SearchRunner runner(state_->subject, bench_, state_->account);
  runner.lift_budget();
  std::vector<eval::TrialResult> measured;
  auto configs = source.propose(context, measured);
  for (int round = 0; round < refine && !bench_.interrupted(); ++round) {
    for (auto& result : runner.run(configs, 0, kReproductionSeeds))
      measured.push_back(std::move(result));
    if (bench_.interrupted() || measured.empty()) break;
    configs = source.propose(context, measured);
  }
  account();
  return !bench_.interrupted();
}

bool Contest::measure_replies(ColumnResult& result) {
  if (!prepare()) return false;
  environment_.reporter.phase(entry_.name, result.column.name);
  const auto source = environment_.model(result.column, entry_);
  if (!ask_rounds(*source, result.column.refine)) return false;
  const int last_round = source->replies().empty() ? 0 : source->replies().back().round;
  const Subject& subject = state_->subject;
  Batch batch;
  std::vector<std::optional<std::size_t>> places;
  std::vector<std::vector<std::size_t>> seeds;
  for (const ReplyResult& reply : source->replies()) {
    if (reply.round != last_round) continue;
    RunOutcome run{reply.outcome, reply.config, std::nan(""), 0};
    const auto index = static_cast<std::uint64_t>(result.runs.size());
    places.emplace_back();
    if (is_usable(reply)) {
      places.back() = batch.add(subject.request(reply.config, hold_out_use(subject), index));
      const auto known = std::ranges::find(result.configs, reply.config, &ConfigOutcome::config);
      auto& config = known == result.configs.end()
                         ? result.configs.emplace_back(ConfigOutcome{reply.config, 0, {}})
                         : *known;
      ++config.runs;
    }
    result.runs.push_back(std::move(run));
  }
  std::ranges::stable_sort(result.configs, std::ranges::greater{}, &ConfigOutcome::runs);
  for (const ConfigOutcome& config : result.configs) {
    auto& own = seeds.emplace_back();
    for (int seed = 0; request_.config_seeds && seed < request_.repetitions; ++seed)
      own.push_back(batch.add(
          subject.request(config.config, hold_out_use(subject), static_cast<std::uint64_t>(seed))));
  }
  batch.train(bench_);
  account();
  if (!batch.complete()) return false;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i])
      result.runs[i] = judge_training(std::move(result.runs[i]), *batch.result(*places[i]));
  for (std::size_t i = 0; i < seeds.size(); ++i)
    for (const std::size_t place : seeds[i])
      result.configs[i].values.push_back(measured_value(*batch.result(place)));
  result.notes = source->usage().notes;
  return true;
}

bool Contest::measure(const Column& column) {
  ColumnResult result;
  result.column = column;
  const bool complete =
      column.technique == "llm" ? measure_replies(result) : measure_search(result);
  // Runs of a search that was cut off would be fewer than the others': only whole columns count.
  if (complete) result_.columns.push_back(std::move(result));
  return complete;
}

void Contest::account() {
  if (bench_.device() != "none") device_ = bench_.device();
  trainings_ = std::max(trainings_, bench_.trainings());
}

}  // namespace dlfix::agent
