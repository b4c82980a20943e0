// Metrics as Keras computes them.
#pragma once

#include <string>
#include <vector>

#include "trainer/torch/profile.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// True for metrics that are a mean over rows (all but f1, auc and loss).
bool is_row_metric(const std::string& metric);

/// True for metrics of all rows together: f1 and auc.
bool is_rank_metric(const std::string& metric);

/// A row metric per row: [R, B]. `metric` is canonical (accuracy, binary_accuracy, mae, ...).
/// `loss` matters for `accuracy` in profiles before tf23.
Tensor row_metric(const std::string& metric, const std::string& loss, const Tensor& prediction,
                  const Tensor& target, const Profile& profile);

/// Index of the largest number of the last axis: the first one of ties; NaN counts as smallest.
Tensor argmax_last(const Tensor& x);
/// Predicted class of a row [R, B]: argmax, or > 0.5 for one output.
Tensor predicted_classes(const Tensor& prediction);
/// What rows are ranked by [R, B]: the single output, or P(class 1) of two; the first of more.
Tensor row_scores(const Tensor& prediction);
/// Class that a target stands for, [R, B].
Tensor target_classes(const Tensor& target);

/// Macro-averaged F1 over the classes that occur in either list; a class never predicted counts 0.
double macro_f1(const std::vector<std::int32_t>& predicted, const std::vector<std::int32_t>& truth);

/// Predictions of all replicas, collected for the metrics that are no mean over rows.
class RankedRows {
 public:
  void add(const Tensor& prediction, const Tensor& target);
  void clear();
  /// f1 or auc of each replica: [R], double.
  Tensor value(const std::string& metric) const;

 private:
  Tensors scores_, classes_, truths_;  ///< [R, rows] each
};

/// Area under the ROC curve of `scores` for class 1 against the rest (ties count half); NaN when
/// there is only one class or a score is NaN.
double roc_auc(const std::vector<float>& scores, const std::vector<bool>& positive);

}  // namespace dlfix::trainer
