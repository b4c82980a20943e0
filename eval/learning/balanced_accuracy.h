// Accuracy that always saying the commonest does not raise.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "eval/learning/labelled_rows.h"
#include "eval/statistics/bootstrap.h"

namespace dlfix::eval {

/// Mean share of right predictions over the classes of `truth`; of two classes half the sum of
/// sensitivity and specificity. Classes that are predicted only do not count. NaN for no items.
/// Errors: InputError when the lengths differ.
/// Source: sklearn.metrics.balanced_accuracy_score of scikit-learn 1.2.
double balanced_accuracy(std::span<const int> truth, std::span<const int> predicted);

/// Balanced accuracy of each output over all items; nullopt for those whose truth has one class.
struct OutputAccuracies {
  std::vector<std::optional<double>> outputs;
  double macro = 0;  ///< mean of those that have a value; NaN: none has
};

/// Errors: InputError when items or outputs differ in number.
OutputAccuracies output_accuracies(const std::vector<LabelRow>& truth,
                                   const std::vector<LabelRow>& predicted);

/// Interval of the macro balanced accuracy of all items, whole groups drawn with replacement.
/// `groups`: [item], any numbers. Draws without an output of two classes are left out.
/// Errors: InputError when the numbers of items differ.
Interval macro_accuracy_interval(const std::vector<LabelRow>& truth,
                                 const std::vector<LabelRow>& predicted,
                                 const std::vector<int>& groups, const BootstrapOptions& options);

}  // namespace dlfix::eval
