// A program's training and evaluation rows as one numbered pool.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/workflows/row_split.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// Where the rows come from that the program is measured on.
enum class EvaluationSource {
  kEvaluate,         ///< the arrays of its last evaluate() on rows it does not train on
  kValidationData,   ///< fit's validation_data
  kValidationSplit,  ///< the rows that validation_split keeps from training
  kHeldOut,          ///< none of these: a fifth of the training rows is held out
};

/// Rows 0 .. training - 1 are fit's arrays, the following ones the evaluation arrays (if any).
struct RowPool {
  EvaluationSource source = EvaluationSource::kHeldOut;
  std::vector<std::vector<trainer::ArrayRef>> inputs;  ///< [model input][part]
  std::vector<trainer::ArrayRef> labels;               ///< [part]
  std::vector<trainer::ArrayRef> weights;              ///< [part] or empty
  std::int64_t training = 0;
  std::int64_t evaluation = 0;
  bool joinable = true;  ///< rows of both parts have one shape
  std::int64_t size() const { return training + evaluation; }

  /// Those rows as arrays; parts that none of them lies in are left out.
  trainer::RowSet select(const Rows& rows) const;
};

/// Errors: InputError when the program's fit gets no arrays with labels.
RowPool make_row_pool(const mapping::Program& program);

/// One stratum per pool row: the class of class labels (ids, one-hot), 0 for anything else.
/// Errors: as NpyArray::open.
std::vector<std::int64_t> row_strata(const RowPool& pool);

/// Strata of some rows.
std::vector<std::int64_t> strata_of(const Rows& rows, const std::vector<std::int64_t>& strata);

}  // namespace dlfix::agent
