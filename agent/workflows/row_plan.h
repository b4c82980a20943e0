// Which rows a repair trains on, searches on and proves on (DESIGN, "Proven").
#pragma once

#include <optional>
#include <string>

#include "agent/workflows/row_pool.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// What training sees beside its own rows.
enum class ValidationUse {
  kNone,        ///< nothing, or validation_split inside the training rows
  kOwnArrays,   ///< validation_data that are not the evaluation rows
  kSearchRows,  ///< validation would be the evaluation rows: the search half of them alone
};

/// Pool rows of one training and of its measurement.
struct RowUse {
  Rows train;
  Rows measured;
};

/// The plan is made of row numbers, so that a ground truth with rows of its own can follow it.
struct RowPlan {
  EvaluationSource source = EvaluationSource::kHeldOut;
  ValidationUse validation = ValidationUse::kNone;
  bool drop_validation_split = false;  ///< its rows are the evaluation rows already
  Rows train;
  Rows search;                       ///< evaluation rows of reproduction, search and minimisation
  Rows final;                        ///< evaluation rows of the proof; never seen before it
  bool resplit = false;              ///< the proof draws training and final rows anew per seed
  bool too_few_rows = false;         ///< nothing can be proven on so few
  std::vector<std::int64_t> strata;  ///< per pool row
  std::vector<std::string> notes;    ///< what the user should know of the split

  RowUse search_use() const { return {train, search}; }
  /// Rows of the proof's `index`-th seed.
  RowUse proof_use(int index) const;
  /// Rows the proof measures on, per seed.
  std::int64_t final_count() const;
  /// Keeps a stratified share of the training rows (all phases), at least 200 where there are.
  void shrink_training(double share);
};

/// Evaluation rows split in halves, stratified, by a fixed seed; below 100 of them re-split per
/// proving seed; below 50 rows in all too few.
RowPlan make_row_plan(const mapping::Program& program, const RowPool& pool);

/// fit's arguments as the plan has them.
trainer::FitSpec planned_fit(const trainer::FitSpec& fit, const RowPlan& plan);

/// "evaluate(x_test, y_test) in line 41", for people.
std::string describe_source(const mapping::Program& program, EvaluationSource source);

}  // namespace dlfix::agent
