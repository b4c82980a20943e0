// Metrics of an evaluation on some of its rows.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "eval/metrics/labels.h"
#include "trainer/spec/training.h"

namespace dlfix::eval {

/// The metric on the rows named (indices into the evaluation's rows).
/// accuracy, mae, mse, loss and their spellings: mean of row_values. f1: macro mean over the
/// classes that occur among labels or predictions, a class without a true positive counting 0 (as
/// scikit-learn's f1_score with zero_division=0). auc: area under the ROC curve of two classes by
/// ranks, ties counting half; NaN when only one class occurs or there are more than two.
/// `labels`: all rows of the evaluation; needed for f1 and auc only.
/// NaN when `rows` is empty. Errors: InputError when a row or what the metric needs is missing.
double metric_on_rows(const trainer::EvaluationResult& evaluation, std::string_view metric,
                      std::span<const std::int64_t> rows, const Labels* labels);

double macro_f1(std::span<const std::int64_t> truth, std::span<const std::int64_t> predicted);
double roc_auc(std::span<const std::int64_t> truth, std::span<const double> scores);

/// 0 .. count - 1.
std::vector<std::int64_t> all_rows(std::int64_t count);

}  // namespace dlfix::eval
