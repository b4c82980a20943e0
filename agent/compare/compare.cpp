#include "agent/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "agent/workflows/arm.h"
#include "agent/workflows/ground_truth.h"
#include "agent/workflows/repair_state.h"
#include "agent/workflows/study_subject.h"
#include "eval/repairers/changes.h"
#include "eval/repairers/factory.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr int kReproductionSeeds = 3;

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
  void train(Bench& bench) { results_ = bench.train(requests_); }
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
  return reply.outcome == "ok" || reply.outcome == "ok_with_repairs" || reply.outcome == "no_change";
}

/// A program, read and reproduced, ready for its columns.
class Contest {
 public:
  Contest(const ComparedProgram& entry, const CompareRequest& request,
          const CompareEnvironment& environment)
      : entry_(entry),
        request_(request),
        environment_(environment),
        directory_(fmt::format("{}/{}", environment.directory, entry.name)),
        repair_{environment.trainer,
                environment.reporter,
                environment.cancel,
                environment.capture,
                [](const std::string& name) { return eval::make_repairer(name); },
                directory_},
        bench_(environment.trainer, environment.reporter, environment.cancel) {}

  /// Reads the program and its fix. Nothing is trained.
  void read();
  double work() const { return state_->subject.work({}); }
  ProgramComparison& result() { return result_; }
  bool has_fix() const { return fix_.has_value(); }
  const Subject& subject() const { return state_->subject; }
  int trainings() const { return trainings_; }
  const std::string& device() const { return device_; }

  /// The faulty program and its fix; false when interrupted.
  bool measure_arms();
  /// A search technique or a model's replies; false when interrupted.
  bool measure(const Column& column);

 private:
  std::unique_ptr<RepairState> new_state(const std::string& technique, std::uint64_t seed);
  void choose_rows(Subject& subject) const;
  std::optional<RunOutcome> search_once(const Column& column, int repetition);
  bool measure_search(ColumnResult& result);
  bool measure_replies(ColumnResult& result);
  bool prepare();
  RunOutcome judge_training(RunOutcome run, const TrainingResult& training) const;
  void account();

  const ComparedProgram& entry_;
  const CompareRequest& request_;
  const CompareEnvironment& environment_;
  std::string directory_;
  RepairEnvironment repair_;
  Bench bench_;
  std::unique_ptr<RepairState> state_;
  std::optional<GroundTruth> fix_;
  ProgramComparison result_;
  int trainings_ = 0;
  std::string device_ = "none";
  bool reproduced_ = false;
};

std::unique_ptr<RepairState> Contest::new_state(const std::string& technique, std::uint64_t seed) {
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
  auto state = std::make_unique<RepairState>(options, repair_);
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
  if (entry_.fix.empty()) return;
  fix_ = read_ground_truth(entry_.fix, subject, directory_ + "/fix", environment_.capture);
  result_.fix_config = eval::joined(fix_->subject.program.config(), fix_->changes);
}

bool Contest::measure_arms() {
  environment_.reporter.phase(entry_.name, fmt::format("faulty{}, {} seeds each",
                                                       fix_ ? " and fixed" : "",
                                                       request_.repetitions));
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
  if (fix_) result_.fix = values(1);
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
  if (training.status != trainer::TrainingStatus::kOk)
    run.outcome = trainer::to_string(training.status);
  return run;
}

std::optional<RunOutcome> Contest::search_once(const Column& column, int repetition) {
  const auto state = new_state(column.technique, static_cast<std::uint64_t>(repetition));
  if (!state->interrupted()) reproduce(*state);
  if (!state->interrupted()) agent::search(*state);
  trainings_ += state->bench.trainings();
  if (state->interrupted()) return std::nullopt;
  RunOutcome run;
  run.outcome = state->best.empty() ? "no_patch" : "ok";
  run.config = state->best;
  run.settings = state->report.configs_tried;
  if (run.config.empty()) return run;
  Batch batch;
  batch.add(state->subject.request(run.config, hold_out_use(state->subject),
                                   static_cast<std::uint64_t>(repetition)));
  batch.train(bench_);
  account();
  if (!batch.complete()) return std::nullopt;
  return judge_training(std::move(run), *batch.result(0));
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

bool Contest::measure_replies(ColumnResult& result) {
  if (!prepare()) return false;
  environment_.reporter.phase(entry_.name, result.column.name);
  const auto source = environment_.model(result.column, entry_);
  const eval::RepairContext context = make_context(*state_);
  source->propose(context, {});
  if (bench_.interrupted()) return false;
  const Subject& subject = state_->subject;
  Batch batch;
  std::vector<std::optional<std::size_t>> places;
  std::vector<std::vector<std::size_t>> seeds;
  for (const ReplyResult& reply : source->replies()) {
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

/// Trainings of the faulty program that a column amounts to.
double trainings_of(const Column& column, const CompareRequest& request) {
  const auto repetitions = static_cast<double>(request.repetitions);
  if (column.technique == "llm") return repetitions * (request.config_seeds ? 2 : 1);
  const double budget =
      request.budget.unit == Budget::Unit::kSeconds ? 0 : request.budget.amount;
  return repetitions * (budget + 1) + kReproductionSeeds;
}

/// A part of the work that one shard does: an index of a program and of a column; -1: the faulty
/// program and its fix.
struct Cell {
  std::size_t program = 0;
  int column = -1;
  double trainings = 0;
  double gflop = 0;
  int shard = 1;
};

struct Prepared {
  std::vector<std::unique_ptr<Contest>> contests;
  std::vector<Cell> cells;
};

Prepared prepare(const CompareRequest& request, const CompareEnvironment& environment,
                 std::vector<std::string>& notes) {
  Prepared prepared;
  for (const ComparedProgram& entry : request.programs) {
    if (environment.cancel) break;
    environment.reporter.phase(entry.name, "reading");
    auto contest = std::make_unique<Contest>(entry, request, environment);
    try {
      contest->read();
    } catch (const support::InputError& error) {
      if (request.programs.size() == 1) throw;
      notes.push_back(fmt::format("{} is left out: {}", entry.name, error.what()));
      environment.reporter.note(notes.back());
      continue;
    }
    const std::size_t index = prepared.contests.size();
    const double work = contest->work();
    const double arms = request.repetitions * (contest->has_fix() ? 2.0 : 1.0);
    prepared.cells.push_back({index, -1, arms, arms * work, 1});
    for (std::size_t column = 0; column < request.columns.size(); ++column) {
      const double trainings = trainings_of(request.columns[column], request);
      prepared.cells.push_back({index, static_cast<int>(column), trainings, trainings * work, 1});
    }
    prepared.contests.push_back(std::move(contest));
  }
  std::vector<double> costs;
  for (const Cell& cell : prepared.cells) costs.push_back(cell.gflop);
  const auto shards = assign_shards(costs, request.shard.of);
  for (std::size_t i = 0; i < shards.size(); ++i) prepared.cells[i].shard = shards[i];
  return prepared;
}

}  // namespace

Comparison compare(const CompareRequest& request, const CompareEnvironment& environment) {
  const auto begin = std::chrono::steady_clock::now();
  Comparison comparison;
  comparison.scores = request.scores;
  comparison.repetitions = request.repetitions;
  comparison.budget = to_string(request.budget);
  comparison.columns = request.columns;
  if (request.shard.of > 1)
    comparison.shard = fmt::format("{}/{}", request.shard.index, request.shard.of);
  Prepared prepared = prepare(request, environment, comparison.notes);
  bool going = !environment.cancel;
  for (const Cell& cell : prepared.cells) {
    if (!going || cell.shard != request.shard.index) continue;
    Contest& contest = *prepared.contests[cell.program];
    const std::string column =
        cell.column < 0 ? "as written"
                        : request.columns[static_cast<std::size_t>(cell.column)].name;
    try {
      going = cell.column < 0
                  ? contest.measure_arms()
                  : contest.measure(request.columns[static_cast<std::size_t>(cell.column)]);
    } catch (const support::InputError& error) {
      if (request.programs.size() * request.columns.size() == 1) throw;
      comparison.notes.push_back(
          fmt::format("{}, {}: left out: {}", contest.result().name, column, error.what()));
      environment.reporter.note(comparison.notes.back());
    }
  }
  for (auto& contest : prepared.contests) {
    if (contest->device() != "none") comparison.device = contest->device();
    comparison.trainings += contest->trainings();
    comparison.programs.push_back(std::move(contest->result()));
  }
  comparison.interrupted = !going || environment.cancel;
  judge(comparison);
  comparison.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return comparison;
}

ComparePlan plan_comparison(const CompareRequest& request, const CompareEnvironment& environment) {
  ComparePlan plan;
  const Prepared prepared = prepare(request, environment, plan.notes);
  for (const Cell& cell : prepared.cells) {
    const std::string column =
        cell.column < 0 ? "as written" + std::string(prepared.contests[cell.program]->has_fix()
                                                         ? " and fixed"
                                                         : "")
                        : request.columns[static_cast<std::size_t>(cell.column)].name;
    plan.lines.push_back({prepared.contests[cell.program]->result().name, column, cell.trainings,
                          cell.gflop, cell.shard});
    if (cell.column < 0) continue;
    const Column& asked = request.columns[static_cast<std::size_t>(cell.column)];
    if (asked.technique != "llm") continue;
    const Subject& subject = prepared.contests[cell.program]->subject();
    const auto entry = std::ranges::find(request.programs, plan.lines.back().program,
                                         &ComparedProgram::name);
    for (auto& sentence :
         environment.model(asked, *entry)->announcements(subject.program, subject.metric))
      plan.announcements.push_back(fmt::format("{}: {}", entry->name, sentence));
  }
  return plan;
}

}  // namespace dlfix::agent
