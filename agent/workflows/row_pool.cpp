#include "agent/workflows/row_pool.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "trainer/support/errors.h"
#include "trainer/support/npy.h"

namespace dlfix::agent {
namespace {

using mapping::Program;
using mapping::ProgramArray;
using mapping::ProgramEvaluation;
using trainer::ArrayRef;

constexpr std::size_t kMostClasses = 1000;

std::int64_t rows_of(const ArrayRef& array) { return array.shape.empty() ? 0 : array.shape[0]; }

bool same_rows(const ArrayRef& a, const ArrayRef& b) {
  return !a.sha256.empty() && a.sha256 == b.sha256;
}

bool is_training_data(const Program& program, const ProgramEvaluation& evaluation) {
  return !program.x.empty() && !evaluation.x.empty() &&
         same_rows(program.x.front().data, evaluation.x.front().data);
}

/// The last evaluation that has labels, fits the model, and is not of the training rows.
const ProgramEvaluation* last_evaluation(const Program& program) {
  for (auto it = program.evaluations.rbegin(); it != program.evaluations.rend(); ++it) {
    if (it->y && it->x.size() == program.x.size() && !is_training_data(program, *it)) return &*it;
  }
  return nullptr;
}

bool one_row_shape(const ArrayRef& a, const ArrayRef& b) {
  return a.shape.size() == b.shape.size() && !a.shape.empty() &&
         std::equal(a.shape.begin() + 1, a.shape.end(), b.shape.begin() + 1);
}

void append_part(RowPool& pool, const ProgramEvaluation& evaluation) {
  pool.evaluation = rows_of(evaluation.y->data);
  pool.joinable = one_row_shape(pool.labels.front(), evaluation.y->data) && pool.weights.empty();
  pool.labels.push_back(evaluation.y->data);
  for (std::size_t i = 0; i < pool.inputs.size(); ++i) {
    pool.joinable = pool.joinable && one_row_shape(pool.inputs[i].front(), evaluation.x[i].data);
    pool.inputs[i].push_back(evaluation.x[i].data);
  }
}

/// Class of every row of one label array; empty when the labels are not classes.
std::vector<std::int64_t> classes_of(const ArrayRef& array) {
  const auto labels = support::NpyArray::open(array.path);
  const std::int64_t width = labels.row_items();
  const std::vector<double> values = labels.to_double(0, labels.rows());
  std::vector<std::int64_t> classes;
  classes.reserve(static_cast<std::size_t>(labels.rows()));
  for (std::int64_t row = 0; row < labels.rows(); ++row) {
    const auto begin = values.begin() + row * width;
    if (width == 1) {
      if (!std::isfinite(*begin) || *begin != std::floor(*begin)) return {};
      classes.push_back(static_cast<std::int64_t>(*begin));
    } else {
      classes.push_back(std::max_element(begin, begin + width) - begin);
    }
  }
  const std::set<std::int64_t> distinct(classes.begin(), classes.end());
  const bool few = distinct.size() <= kMostClasses && distinct.size() * 5 <= classes.size();
  return few ? classes : std::vector<std::int64_t>{};
}

}  // namespace

trainer::RowSet RowPool::select(const Rows& rows) const {
  const auto in_second = [&](std::int64_t row) { return row >= training; };
  const bool first = std::any_of(rows.begin(), rows.end(), std::not_fn(in_second));
  const bool second = std::any_of(rows.begin(), rows.end(), in_second);
  const std::size_t begin = first || !second ? 0 : 1;
  const std::size_t end = second ? 2 : 1;
  trainer::RowSet set;
  const auto part = [&](const std::vector<ArrayRef>& parts) {
    return std::vector<ArrayRef>(parts.begin() + static_cast<std::ptrdiff_t>(begin),
                                 parts.begin() + static_cast<std::ptrdiff_t>(end));
  };
  for (const auto& input : inputs) set.inputs.push_back(part(input));
  set.labels = part(labels);
  if (!weights.empty() && !second) set.sample_weights = weights;
  const std::int64_t offset = begin == 1 ? training : 0;
  const std::int64_t available = (begin == 0 ? training : 0) + (end == 2 ? evaluation : 0);
  if (rows != row_range(offset, offset + available)) {
    set.rows = rows;
    for (std::int64_t& row : *set.rows) row -= offset;
  }
  return set;
}

RowPool make_row_pool(const Program& program) {
  if (program.x.empty() || !program.y) {
    throw support::InputError(program.path + ": fit gets no arrays with labels that could be read",
                              "fit must be called with x and y arrays");
  }
  RowPool pool;
  for (const ProgramArray& x : program.x) pool.inputs.push_back({x.data});
  pool.labels.push_back(program.y->data);
  if (program.sample_weight) pool.weights.push_back(program.sample_weight->data);
  pool.training = rows_of(program.y->data);
  if (const ProgramEvaluation* evaluation = last_evaluation(program)) {
    pool.source = EvaluationSource::kEvaluate;
    append_part(pool, *evaluation);
  } else if (program.validation && program.validation->y &&
             !is_training_data(program, *program.validation)) {
    pool.source = EvaluationSource::kValidationData;
    append_part(pool, *program.validation);
  } else if (program.fit.validation_split > 0) {
    pool.source = EvaluationSource::kValidationSplit;
  }
  return pool;
}

std::vector<std::int64_t> row_strata(const RowPool& pool) {
  std::vector<std::int64_t> strata;
  for (const ArrayRef& labels : pool.labels) {
    const auto classes = classes_of(labels);
    if (classes.empty()) return std::vector<std::int64_t>(static_cast<std::size_t>(pool.size()), 0);
    strata.insert(strata.end(), classes.begin(), classes.end());
  }
  return strata;
}

std::vector<std::int64_t> strata_of(const Rows& rows, const std::vector<std::int64_t>& strata) {
  std::vector<std::int64_t> some;
  some.reserve(rows.size());
  for (const std::int64_t row : rows) some.push_back(strata[static_cast<std::size_t>(row)]);
  return some;
}

}  // namespace dlfix::agent
