#include "eval/evidence/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "eval/repairers/model_facts.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kMostValues = 1000;  // of distinct ones that are looked at

struct Form {
  std::set<double> distinct;  ///< at most kMostValues + 1 of them
  bool whole = true;
  bool zero_one = true;
  bool single_entry = true;  ///< every row has exactly one non-zero entry, all of one size
  bool rows_sum_to_one = true;
};

Form form_of(const Labels& labels) {
  Form form;
  double entry = 0;
  for (std::int64_t row = 0; row < labels.rows(); ++row) {
    int non_zero = 0;
    double sum = 0;
    for (std::int64_t column = 0; column < labels.width; ++column) {
      const double value = labels.at(row, column);
      sum += value;
      if (form.distinct.size() <= kMostValues) form.distinct.insert(value);
      form.whole = form.whole && value == std::round(value);
      form.zero_one = form.zero_one && (value == 0 || value == 1);
      if (value == 0) continue;
      ++non_zero;
      if (entry == 0) entry = value;
      form.single_entry = form.single_entry && value == entry;
    }
    form.single_entry = form.single_entry && non_zero == 1;
    form.rows_sum_to_one = form.rows_sum_to_one && std::abs(sum - 1) < 1e-4;
  }
  return form;
}

bool asks_for_classes(const mapping::Program& program, const ModelFacts& facts) {
  return is_classification_loss(program.compile.loss) || facts.output_activation == "softmax";
}

bool measures_accuracy(const mapping::Program& program) {
  const auto& metrics = program.compile.metrics;
  return std::any_of(metrics.begin(), metrics.end(), [](const std::string& name) {
    return name.find("acc") != std::string::npos || name == "f1" || name == "AUC";
  });
}

Problem of_classes(std::int64_t classes, bool one_hot) {
  Problem problem;
  problem.kind = classes <= 2 ? ProblemKind::kBinary : ProblemKind::kMultiClass;
  problem.classes = std::max<std::int64_t>(2, classes);
  problem.one_hot = one_hot;
  problem.sentence =
      fmt::format("{} classes, labels {}", problem.classes, one_hot ? "one-hot" : "class numbers");
  return problem;
}

Problem of_quantities(std::int64_t outputs) {
  return {
      ProblemKind::kRegression, outputs, false,
      outputs == 1 ? "a quantity to predict" : fmt::format("{} quantities to predict", outputs)};
}

Problem of_wide(const mapping::Program& program, const Labels& labels, const Form& form) {
  const ModelFacts facts = model_facts(program);
  if (form.single_entry && (form.zero_one || asks_for_classes(program, facts))) {
    return of_classes(labels.width, true);
  }
  if (form.zero_one) {
    return {ProblemKind::kMultiLabel, labels.width, false,
            fmt::format("{} labels that may hold at once", labels.width)};
  }
  const bool shares = form.rows_sum_to_one && *form.distinct.begin() >= 0;
  return shares && asks_for_classes(program, facts) ? of_classes(labels.width, true)
                                                    : of_quantities(labels.width);
}

Problem of_narrow(const mapping::Program& program, const Form& form) {
  const ModelFacts facts = model_facts(program);
  const bool asked = asks_for_classes(program, facts) || facts.output_units > 1;
  if (!form.whole) {
    // A few fractional values under a loss for classes: class numbers that were scaled.
    const bool few = form.distinct.size() <= kMostValues / 10;
    if (!few || !(facts.output_units > 1 || form.distinct.size() == 2) || !asked) {
      return of_quantities(1);
    }
    return of_classes(facts.output_units > 1 ? facts.output_units
                                             : static_cast<std::int64_t>(form.distinct.size()),
                      false);
  }
  const auto count = static_cast<std::int64_t>(form.distinct.size());
  const double largest = form.distinct.empty() ? 0 : *form.distinct.rbegin();
  if (count <= 2 && largest <= 1)
    return of_classes(std::max<std::int64_t>(2, facts.output_units), false);
  if (!asked && !(measures_accuracy(program) && count <= 100)) return of_quantities(1);
  return of_classes(std::max(facts.output_units, count), false);
}

}  // namespace

bool is_classification_loss(const std::string& loss) {
  return loss.find("crossentropy") != std::string::npos ||
         loss.find("hinge") != std::string::npos || loss == "kullback_leibler_divergence" ||
         loss == "kl_divergence";
}

Problem detect_problem(const mapping::Program& program, const Labels& labels) {
  if (labels.rows() == 0) return {};
  const Form form = form_of(labels);
  return labels.width > 1 ? of_wide(program, labels, form) : of_narrow(program, form);
}

Problem detect_problem(const mapping::Program& program) {
  if (!program.captured || !program.y || program.y->data.path.empty()) return {};
  return detect_problem(program, read_labels(program.y->data));
}

}  // namespace dlfix::eval
