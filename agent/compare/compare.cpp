#include "agent/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "agent/compare/contest.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

/// Trainings of the faulty program that a column amounts to.
double trainings_of(const Column& column, const CompareRequest& request) {
  const auto repetitions = static_cast<double>(request.repetitions);
  if (column.technique == "llm")
    return repetitions * ((request.config_seeds ? 2 : 1) + column.refine * kReproductionSeeds);
  const double budget = request.budget.unit == Budget::Unit::kSeconds ? 0 : request.budget.amount;
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

/// What this shard measures of a program.
std::vector<int> own_columns(const std::vector<Cell>& cells, std::size_t program, int shard) {
  std::vector<int> columns;
  for (const Cell& cell : cells)
    if (cell.program == program && cell.shard == shard) columns.push_back(cell.column);
  return columns;
}

/// Nothing where there is no trainer, or the program cannot be trained: the plan says so.
std::optional<TrainingPace> pace_of(Contest& contest, const CompareEnvironment& environment,
                                    ComparePlan& plan) {
  environment.reporter.phase(contest.result().name, "measuring the pace");
  try {
    return contest.measure_pace();
  } catch (const support::Error& error) {
    plan.notes.push_back(fmt::format("{}: how long trainings take is not known: {}",
                                     contest.result().name, error.what()));
    return std::nullopt;
  }
}

/// What a budget in seconds gives to all searches of a cell.
double search_seconds(const Cell& cell, const CompareRequest& request) {
  const bool timed = request.budget.unit == Budget::Unit::kSeconds && cell.column >= 0 &&
                     request.columns[static_cast<std::size_t>(cell.column)].technique != "llm";
  return timed ? request.repetitions * request.budget.amount : 0;
}

void plan_questions(ComparePlan::Line& line, const Cell& cell, const Contest& contest,
                    const CompareRequest& request, const CompareEnvironment& environment,
                    ComparePlan& plan) {
  const Column& asked = request.columns[static_cast<std::size_t>(cell.column)];
  if (asked.technique != "llm") return;
  const Subject& subject = contest.subject();
  const auto entry = std::ranges::find(request.programs, line.program, &ComparedProgram::name);
  try {
    const auto source = environment.model(asked, *entry);
    const Forecast forecast = source->forecast(subject.program, subject.metric);
    for (const auto& sentence : forecast.announcements)
      plan.announcements.push_back(fmt::format("{}: {}", entry->name, sentence));
    for (const auto& estimate : forecast.estimates) line.add(estimate);
  } catch (const support::InputError& error) {
    plan.notes.push_back(
        fmt::format("{}, {}: will be left out: {}", line.program, line.column, error.what()));
  }
}

}  // namespace

Comparison empty_comparison(const CompareRequest& request) {
  Comparison comparison;
  comparison.scores = request.scores;
  comparison.repetitions = request.repetitions;
  comparison.budget = to_string(request.budget);
  comparison.budget_amount = request.budget.amount;
  comparison.cuts = request.cuts;
  comparison.columns = request.columns;
  if (request.shard.of > 1)
    comparison.shard = fmt::format("{}/{}", request.shard.index, request.shard.of);
  return comparison;
}

Comparison compare(const CompareRequest& request, const CompareEnvironment& environment) {
  const auto begin = std::chrono::steady_clock::now();
  Comparison comparison = empty_comparison(request);
  Prepared prepared = prepare(request, environment, comparison.notes);
  const bool alone = request.programs.size() * request.columns.size() == 1;
  bool going = !environment.cancel;
  for (std::size_t i = 0; i < prepared.contests.size() && going; ++i) {
    Contest& contest = *prepared.contests[i];
    going =
        contest.measure(own_columns(prepared.cells, i, request.shard.index),
                        [&](const std::string& column, const support::InputError& error) {
                          if (alone) throw error;
                          comparison.notes.push_back(fmt::format(
                              "{}, {}: left out: {}", contest.result().name, column, error.what()));
                          environment.reporter.note(comparison.notes.back());
                        });
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

void ComparePlan::Line::add(const providers::CostEstimate& estimate) {
  requests += estimate.requests;
  tokens += estimate.prompt_tokens + estimate.reply_tokens;
  if (!estimate.usd || !usd) {
    usd.reset();
  } else {
    *usd += *estimate.usd;
  }
}

ComparePlan plan_comparison(const CompareRequest& request, const CompareEnvironment& environment) {
  ComparePlan plan;
  const Prepared prepared = prepare(request, environment, plan.notes);
  std::vector<std::optional<TrainingPace>> paces;
  for (const auto& contest : prepared.contests)
    paces.push_back(pace_of(*contest, environment, plan));
  for (const Cell& cell : prepared.cells) {
    Contest& contest = *prepared.contests[cell.program];
    ComparePlan::Line line;
    line.program = contest.result().name;
    line.data_kind = contest.result().data_kind;
    line.column = contest.column_name(cell.column);
    line.trainings = cell.trainings;
    line.gflop = cell.gflop;
    line.shard = cell.shard;
    if (const auto& pace = paces[cell.program]) {
      const double search = search_seconds(cell, request);
      line.least_seconds = cell.trainings * pace->least + search;
      line.most_seconds = std::max(*line.least_seconds, cell.trainings * pace->most + search);
    }
    if (cell.column >= 0) plan_questions(line, cell, contest, request, environment, plan);
    plan.lines.push_back(std::move(line));
  }
  return plan;
}

}  // namespace dlfix::agent
