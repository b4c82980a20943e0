#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "eval/evidence/checks.h"
#include "eval/evidence/source_lines.h"
#include "eval/repairers/model_facts.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kMostSteps = 200;
constexpr double kGridTolerance = 0.01;

using Counts = std::map<double, double>;

std::vector<double> used_values(const DataSide& side) {
  const auto end = side.rows * side.labels.width;
  return {side.labels.values.begin(), side.labels.values.begin() + end};
}

Counts class_counts(const DataSide& side, bool one_hot) {
  Counts counts;
  for (std::int64_t row = 0; row < side.rows; ++row) {
    counts[one_hot ? static_cast<double>(side.labels.class_of(row)) : side.labels.at(row)] += 1;
  }
  return counts;
}

/// Step of values that are small whole multiples of one number other than 1.
std::optional<double> grid_step(const std::vector<double>& values) {
  const std::set<double> distinct(values.begin(), values.end());
  if (distinct.size() < 2 || distinct.size() > kMostSteps || *distinct.begin() < 0) {
    return std::nullopt;
  }
  double step = INFINITY;
  double before = 0;
  for (const double value : distinct) {
    if (value > before) step = std::min(step, value - before);
    before = value;
  }
  if (!std::isfinite(step) || std::abs(step - 1) < 1e-6) return std::nullopt;
  for (const double value : distinct) {
    const double steps = value / step;
    if (std::abs(steps - std::round(steps)) > kGridTolerance || steps > kMostSteps) {
      return std::nullopt;
    }
  }
  return step;
}

bool expects_classes(const DataView& view) {
  const ModelFacts facts = model_facts(*view.program);
  return is_classification_loss(facts.loss) || facts.output_activation == "softmax";
}

std::string spoken_step(double step) {
  const double inverse = 1 / step;
  if (step < 1 && std::abs(inverse - std::round(inverse)) < 0.01 * inverse) {
    return fmt::format("1/{:.0f}", inverse);
  }
  return fmt::format("{:.4g}", step);
}

DataFinding scaled(const DataView& view, const DataSide& side, double step, const char* which) {
  DataFinding finding{"labels_scaled", "CPP", true, 0.95, "", "", {}};
  finding.line = scaling_line(side.y->lines);
  finding.message = fmt::format(
      "The {} labels are not class numbers but multiples of {} (largest {:.4g}), while {} asks for "
      "classes.",
      which, spoken_step(step),
      *std::max_element(side.labels.values.begin(), side.labels.values.end()),
      view.program->compile.loss);
  finding.remedy = "Scale the inputs only; leave the labels as class numbers.";
  return finding;
}

void check_scaled(const DataView& view, const DataSide& side, const char* which,
                  std::vector<DataFinding>& findings) {
  if (!expects_classes(view)) return;
  const auto values = used_values(side);
  const bool single_entries = side.labels.width > 1;
  if (single_entries && !view.problem.one_hot) return;
  const auto step = grid_step(values);
  if (!step) return;
  const std::set<double> distinct(values.begin(), values.end());
  const std::int64_t units = model_facts(*view.program).output_units;
  // One output unit and many fractional values may be shares that are meant so.
  if (!single_entries && units <= 1 && distinct.size() > 2) return;
  // Smoothed one-hot labels have more than two values, or none that is zero.
  if (single_entries && (distinct.size() != 2 || *distinct.begin() != 0)) return;
  findings.push_back(scaled(view, side, *step, which));
}

void check_constant(const DataView& view, std::vector<DataFinding>& findings) {
  const DataSide& side = view.training;
  if (side.rows < 2) return;
  const auto first = side.labels.values.begin();
  for (std::int64_t row = 1; row < side.rows; ++row) {
    if (!std::equal(first, first + side.labels.width, first + row * side.labels.width)) return;
  }
  DataFinding finding{"labels_constant", "TLQ", true, 0.97, "", "", {}};
  finding.line = selecting_line(side.y->lines);
  finding.message = fmt::format("All {} training rows have the same label ({:.4g}{}).", side.rows,
                                side.labels.at(0), side.labels.width > 1 ? ", ..." : "");
  finding.remedy = "Shuffle before splitting, or check how the labels are made.";
  findings.push_back(std::move(finding));
}

void check_range(const DataView& view, std::vector<DataFinding>& findings) {
  const ModelFacts facts = model_facts(*view.program);
  if (facts.loss != "sparse_categorical_crossentropy" || view.training.labels.width > 1) return;
  const auto values = used_values(view.training);
  if (values.empty() || facts.output_units < 1) return;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (*low >= 0 && *high < static_cast<double>(facts.output_units)) return;
  DataFinding finding{"labels_out_of_range", "TLQ", true, 0.95, "", "", {}};
  finding.line = scaling_line(view.training.y->lines);
  finding.message =
      fmt::format("Class numbers run from {:.4g} to {:.4g}, and the output has {} units (0 to {}).",
                  *low, *high, facts.output_units, facts.output_units - 1);
  finding.remedy = "Number the classes from 0, or give the output layer one unit per class.";
  findings.push_back(std::move(finding));
}

void check_form(const DataView& view, std::vector<DataFinding>& findings) {
  const std::string& loss = view.program->compile.loss;
  const std::int64_t width = view.training.labels.width;
  const std::int64_t units = model_facts(*view.program).output_units;
  const bool too_wide = loss == "sparse_categorical_crossentropy" && width > 1;
  const bool too_narrow = loss == "categorical_crossentropy" && width == 1 && units > 1;
  if (!too_wide && !too_narrow) return;
  DataFinding finding{"labels_form", "LCH", false, 0.9, "", "", {}};
  finding.line = last_line(view.training.y->lines);
  finding.message = fmt::format("{} takes {}, and the labels are {}.", loss,
                                too_wide ? "class numbers" : "one-hot rows",
                                too_wide ? "rows of several numbers" : "class numbers");
  finding.remedy = fmt::format(
      "Use {}.", too_wide ? "categorical_crossentropy" : "sparse_categorical_crossentropy");
  findings.push_back(std::move(finding));
}

void check_missing(const DataView& view, const Counts& training, const Counts& evaluation,
                   std::vector<DataFinding>& findings) {
  const double evaluated = static_cast<double>(view.evaluation->rows);
  const double trained = static_cast<double>(view.training.rows);
  std::vector<std::string> missing;
  bool none_at_all = false;
  double affected = 0;
  for (const auto& [name, count] : evaluation) {
    const double expected = count / evaluated * trained;
    const auto found = training.find(name);
    const double seen = found == training.end() ? 0 : found->second;
    if (count < 3 || expected < 10 || seen >= 0.05 * expected) continue;
    missing.push_back(fmt::format("{:g} ({:.0f} of about {:.0f})", name, seen, expected));
    none_at_all = none_at_all || seen == 0;
    affected += count / evaluated;
  }
  if (missing.empty()) return;
  DataFinding finding{"classes_missing", "TLQ", true, none_at_all ? 0.92 : 0.75, "", "", {}};
  finding.line = selecting_line(view.training.y->lines);
  finding.message = fmt::format(
      "Training rows lack classes that make {:.0f} % of the evaluation rows: {}.", 100 * affected,
      missing.size() <= 5 ? fmt::format("{}", fmt::join(missing, ", "))
                          : fmt::format("{} classes", missing.size()));
  finding.remedy = "Shuffle the rows before splitting, and split stratified by class.";
  findings.push_back(std::move(finding));
}

void check_imbalance(const DataView& view, const Counts& training,
                     std::vector<DataFinding>& findings) {
  for (const auto& [name, count] : training) {
    const double share = count / static_cast<double>(view.training.rows);
    if (training.size() < 2 || share < 0.95 || view.training.rows < 50) continue;
    findings.push_back(
        {"imbalance", "TLQ", false, 0.5,
         fmt::format("Class {:g} makes {:.1f} % of the training rows.", name, 100 * share),
         "Weight the classes or judge by f1 or auc instead of accuracy.",
         last_line(view.training.y->lines)});
  }
}

/// Quantities: means or spreads that lie far apart.
void check_target_scales(const DataView& view, std::vector<DataFinding>& findings) {
  const auto training = used_values(view.training);
  const auto evaluation = used_values(*view.evaluation);
  if (training.size() < 20 || evaluation.size() < 20) return;
  const double spread = population_sd(training);
  const double other = population_sd(evaluation);
  const double ratio = spread > 0 && other > 0 ? std::max(spread / other, other / spread) : 1;
  const double shift =
      std::abs(mean(training) - mean(evaluation)) / std::max({spread, other, 1e-12});
  if (ratio < 20 && shift < 10) return;
  const bool training_changed = !view.training.y->lines.empty();
  DataFinding finding{"evaluation_labels_scaled", "CPP", true, 0.85, "", "", {}};
  finding.line =
      scaling_line(training_changed ? view.training.y->lines : view.evaluation->y->lines);
  finding.message = fmt::format(
      "Training targets (mean {:.4g}, spread {:.4g}) and evaluation targets (mean {:.4g}, spread "
      "{:.4g}) are on different scales.",
      mean(training), spread, mean(evaluation), other);
  finding.remedy = "Give both sets of targets the same scaling.";
  findings.push_back(std::move(finding));
}

}  // namespace

void check_labels(const DataView& view, std::vector<DataFinding>& findings) {
  check_constant(view, findings);
  check_scaled(view, view.training, "training", findings);
  const bool found = !findings.empty() && findings.back().code == "labels_scaled";
  if (view.evaluation && !found) {
    check_scaled(view, *view.evaluation, "evaluation", findings);
  }
  if (!found) check_range(view, findings);
  check_form(view, findings);
}

void check_label_shares(const DataView& view, std::vector<DataFinding>& findings) {
  if (view.problem.kind == ProblemKind::kRegression) {
    if (view.evaluation) check_target_scales(view, findings);
    return;
  }
  const bool classes =
      view.problem.kind == ProblemKind::kBinary || view.problem.kind == ProblemKind::kMultiClass;
  const bool scaled = std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.code == "labels_scaled" || finding.code == "labels_constant";
  });
  if (!classes || scaled) return;
  const Counts training = class_counts(view.training, view.problem.one_hot);
  if (training.size() > kMostSteps) return;
  if (view.evaluation) {
    check_missing(view, training, class_counts(*view.evaluation, view.problem.one_hot), findings);
  }
  check_imbalance(view, training, findings);
}

}  // namespace dlfix::eval
