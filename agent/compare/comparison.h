// Techniques beside each other on several programs: what a comparison measured.
// Source: paper sections 5.3.4 and 6.5, Table 9.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/compare/localisation.h"
#include "eval/metrics/case_scores.h"
#include "eval/metrics/flips.h"
#include "eval/metrics/scores.h"
#include "eval/mutation/killing.h"
#include "eval/truths/neutrality_result.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// A technique with its setting: a column of the tables.
struct Column {
  std::string name;       ///< "random", "gpt-4 at 0.5, paper, sent"
  std::string technique;  ///< random, guided, ...; llm: replies of a model
  int refine = 0;         ///< llm: how often it is asked again with what its answers measured
  bool operator==(const Column&) const = default;
};

/// What a search had reached when so much of its budget was spent: the best mean on search rows of
/// all that it had tried. It can fall when further seeds of the best setting are trained.
struct CurvePoint {
  double cost = 0;  ///< in trainings of the faulty program
  double value = 0;
  bool operator==(const CurvePoint&) const = default;
};

/// A search cut off before its budget was spent (RQ6): its best setting by then.
struct CutOutcome {
  double budget = 0;  ///< in the unit of the comparison's
  mapping::Config config;
  double value = std::nan("");  ///< metric on hold-out rows; NaN: nothing better was found by then
};

/// One training, epoch by epoch; long ones thinned out.
struct LearningCurve {
  std::vector<std::int64_t> epochs;  ///< from 1
  std::vector<double> loss;
  std::vector<double> metric;  ///< on training rows; NaN: not measured
};

/// One repetition: a search with its own seed, or one reply of a model.
struct RunOutcome {
  /// ok; no_patch (the search found nothing better); how a reply failed (no_json, ...); crash or
  /// nan when the patched program gave no number.
  std::string outcome;
  mapping::Config config;              ///< changes of the program; empty: none
  double value = std::nan("");         ///< metric on hold-out rows, of one training; NaN: none
  int settings = 0;                    ///< that a search tried
  std::vector<CurvePoint> curve = {};  ///< of a search; from the faulty program on
  std::vector<CutOutcome> cuts = {};   ///< smallest budget first
  std::optional<LearningCurve> learning = {};  ///< of the training that `value` is of
  /// The ground truth that the patch comes closest to, and its Jaccard value; empty: no patch.
  std::string closest_truth = {};
  double closest_jaccard = 0;
  /// What it did to the program's accuracy: see eval::label_patch. Empty: not judged, or not a
  /// share that grows with quality.
  std::string label = {};
  /// Rows mended and broken against the program's own training of the same repetition; absent
  /// where that, or what rows are right, is not known.
  std::optional<eval::Flips> flips = {};
};

/// A config that a column's runs have in common, trained with every seed.
struct ConfigOutcome {
  mapping::Config config;
  int runs = 0;  ///< that gave it
  std::vector<double> values;
};

/// What a column amounts to on one program.
struct ColumnScores {
  eval::CaseScores scores;
  std::optional<double> complexity;     ///< mean over runs with a patch; absent: there are none
  std::optional<double> jaccard;        ///< asymmetric, against the fix; mean over the same runs
  std::optional<double> jaccard_after;  ///< against the closest of all ground truths, of each patch
  std::optional<eval::Flips> flips = {};  ///< means over the runs that have them
};

/// A column had its searches been given a smaller budget.
struct CutScores {
  double budget = 0;
  eval::CaseScores scores;
};

struct ColumnResult {
  Column column;
  std::vector<RunOutcome> runs;
  std::vector<ConfigOutcome> configs;  ///< of a model's replies: most frequent first
  std::vector<std::string> notes;
  ColumnScores judged;
  std::vector<CutScores> cuts = {};
};

struct ProgramComparison {
  std::string name;       ///< "D4", or the program's file name
  std::string program;    ///< path
  std::string data_kind;  ///< exact, sample, close, stand-in; empty: the user's own
  int drawings = 1;       ///< of its data: one, or one for each repetition
  std::string metric;
  bool higher_is_better = true;
  std::size_t hold_out_rows = 0;
  mapping::Config faulty_config, fix_config;
  std::vector<double> faulty;  ///< hold-out metric per seed; empty: not measured (another shard)
  std::vector<double> fix;     ///< empty: no fix is known, or not measured
  std::optional<LearningCurve> faulty_learning = {}, fix_learning = {};  ///< of the first seed
  /// Whether the faulty program's trainings are worse than its fix's, beyond chance and by enough:
  /// else there is nothing that a repair could be measured by. Absent: fewer than two of each.
  std::optional<eval::KillingResult> exposure = {};
  std::vector<ColumnResult> columns;
  /// Other ground truths, where an analysis was given.
  std::optional<eval::NeutralityResult> neutrality = {};
};

struct Comparison {
  eval::Scores scores = eval::Scores::kCorrected;
  int repetitions = 10;
  std::string budget;  ///< in words
  double budget_amount = 0;
  std::vector<double> cuts = {};  ///< smaller budgets that searches are judged at as well
  std::string device;
  std::vector<Column> columns;
  std::vector<ProgramComparison> programs;
  std::optional<Localisation> localisation = {};  ///< absent: not asked for
  std::string shard;                              ///< "2/3"; empty: everything
  std::vector<std::string> notes;
  bool interrupted = false;
  // What it took, which a resumed comparison need not repeat.
  double seconds = 0;
  int trainings = 0;
};

/// Fills `judged` of every column that can be (faulty and fix measured), and `exposure`.
void judge(Comparison& comparison);

/// A program's result of that column; nullptr when there is none, or it is not judged.
const ColumnResult* judged_column(const ProgramComparison& program, const Column& column);

/// Share of rows wrong before that are right now, and of all rows that were right and are wrong
/// now; NaN where that is not known.
double mended_share(const std::optional<eval::Flips>& flips);
double broken_share(const std::optional<eval::Flips>& flips);

/// The run in the middle of those with a value (the lower of two); nullptr without one.
const RunOutcome* median_run(const ProgramComparison& program, const ColumnResult& result);

/// A sentence for every program whose known fix trains no better here, so that no patch can be told
/// from chance.
std::vector<std::string> hidden_faults(const Comparison& comparison);

/// "exact", "own", "exact, drawn anew": how near the data are to the study's.
std::string data_words(const ProgramComparison& program);

/// Everything; "cost" alone differs between an undisturbed comparison and a resumed one.
nlohmann::ordered_json to_json(const Comparison& comparison);
/// Mean, population deviation and IR a program and column, marked where significant; a summary.
std::string to_text(const Comparison& comparison);
/// One line a run: program, column, repetition, outcome, value, config.
std::string to_csv(const Comparison& comparison);
/// The table of means as LaTeX (booktabs).
std::string to_latex(const Comparison& comparison);

}  // namespace dlfix::agent
