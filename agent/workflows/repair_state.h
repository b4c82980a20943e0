// What the phases of a repair hand to each other. Each phase reads what earlier ones left and fills
// its own part of the report.
#pragma once

#include <memory>

#include "agent/workflows/bench.h"
#include "agent/workflows/repair.h"
#include "agent/workflows/search_runner.h"
#include "agent/workflows/subject.h"
#include "eval/evidence/problem.h"
#include "eval/repairers/repairer.h"

namespace dlfix::agent {

struct RepairState {
  RepairState(const RepairOptions& asked, const RepairEnvironment& given)
      : options(asked), environment(given), bench(given.trainer, given.reporter, given.cancel) {}

  const RepairOptions options;
  const RepairEnvironment& environment;
  Bench bench;
  Subject subject;
  bool higher_is_better = true;
  eval::Problem problem;
  int seeds = 3;
  int prove_seeds = 10;
  eval::Symptoms symptoms;
  eval::TrialResult faulty;
  SearchAccount account;
  std::unique_ptr<SearchRunner> runner;
  mapping::Config best;
  std::map<std::string, std::string> reasons;  ///< per hyperparameter: what was measured for it
  RepairReport report;

  bool interrupted() const { return bench.interrupted(); }
  void warn(const std::string& sentence);
};

/// Captures the program and splits its rows.
Subject read_subject(const RepairOptions& options, const CaptureFunction& capture,
                     const std::string& directory);

/// --only and --freeze name what the program has. Errors: InputError.
void check_scope(const RepairState& state);
/// Captures the program, examines its arrays, splits its rows, chooses metric and profile.
void read_program(RepairState& state);
/// Without --budget: measures one epoch and cuts seeds, budget and training rows so that the whole
/// run stays below half an hour; says so.
void set_pace(RepairState& state);
/// Without --budget: false when so many trainings of `config` would take more than `share` of the
/// half hour. With --budget always true.
bool is_quick(const RepairState& state, const mapping::Config& config, int trainings, double share);
/// Trains the program as it is.
void reproduce(RepairState& state);
/// What a technique is told of the reproduced program. Refers to `state`.
eval::RepairContext make_context(RepairState& state);
/// Looks for better settings; fills `best`.
void search(RepairState& state);
/// Takes back changes that do not help, and lowers epochs that do not pay.
void minimise(RepairState& state);
/// Trains faulty program, patch and ground truths on rows and seeds that nothing saw before.
void prove(RepairState& state);
/// Where the user asked for it: the majority of the patch and the next best ones on the proof's
/// rows and seeds.
void vote(RepairState& state);
/// Changes with reasons, edited sources, diff.
void write_patch(RepairState& state);
/// Whether the data are so certainly at fault that no search could change the outcome, and the user
/// did not ask for one all the same.
bool is_decided_by_data(const RepairState& state);
/// The outcome and its sentence.
void decide(RepairState& state);

/// True when `value` is better than `other` by more than `margin`.
bool better(const RepairState& state, double value, double other, double margin = 0);
}  // namespace dlfix::agent
