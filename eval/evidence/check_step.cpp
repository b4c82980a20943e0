#include <fmt/format.h>

#include <algorithm>

#include "eval/evidence/checks.h"
#include "eval/evidence/dependence.h"
#include "eval/evidence/source_lines.h"

namespace dlfix::eval {
namespace {

constexpr std::int64_t kMostRows = 500;
constexpr std::int64_t kFewestRows = 60;
constexpr std::int64_t kColumns = 200;
constexpr double kIndependent = 3.5;
constexpr double kDependent = 6;
constexpr std::uint64_t kSeed = 20240607;

bool embeds(const mapping::Program& program) {
  for (const auto& layer : program.model.layers) {
    if (layer.class_name == "Embedding") return true;
    if (layer.class_name != "InputLayer") return false;
  }
  return false;
}

/// Rows of token numbers as counts in a fixed number of buckets.
Table bags(const DataSide& side, const std::vector<std::int64_t>& rows) {
  Table table{static_cast<std::int64_t>(rows.size()), kColumns, {}};
  table.values.assign(rows.size() * kColumns, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const double token : side.inputs[0].to_double(rows[i], 1)) {
      const auto bucket = static_cast<std::uint64_t>(std::max(0.0, token)) % kColumns;
      table.values[i * kColumns + bucket] += 1;
    }
  }
  return table;
}

Dependence dependence_of(const DataView& view, const DataSide& side, std::int64_t count) {
  const auto rows = side.sample(count);
  const Table inputs = embeds(*view.program) ? bags(side, rows) : side.table(rows, kColumns);
  const bool classes = view.problem.kind != ProblemKind::kRegression;
  std::vector<double> labels;
  for (const std::int64_t row : rows) {
    const bool class_number = classes && side.labels.width > 1;
    labels.push_back(class_number ? static_cast<double>(side.labels.class_of(row))
                                  : side.labels.at(row));
  }
  return measure_dependence(inputs, labels, classes, kSeed);
}

std::vector<mapping::SourceLine> input_lines(const DataSide& side) {
  std::vector<mapping::SourceLine> lines;
  for (const auto& array : *side.x) {
    lines.insert(lines.end(), array.lines.begin(), array.lines.end());
  }
  return lines;
}

DataFinding out_of_step(const DataSide& side, const char* code, double certainty) {
  DataFinding finding{code, "TLQ", true, certainty, "", "", {}};
  const auto x = input_lines(side);
  const auto line = one_sided_reordering(x, side.y->lines);
  finding.line = line ? *line : last_line(side.y->lines);
  if (line && certainty < 1) finding.certainty += 0.05;
  finding.remedy =
      "Reorder features and labels together: one permutation, or one split, applied to both.";
  return finding;
}

std::string contrast(const char* here, const Dependence& broken, const char* there,
                     const Dependence& sound) {
  return fmt::format(
      "In the {} rows the labels do not depend on the features (rows that lie next to each other "
      "agree in {:.0f} % of the cases, chance {:.0f} %); in the {} rows they do ({:.0f} %, chance "
      "{:.0f} %).",
      here, 100 * broken.agreement, 100 * broken.chance, there, 100 * sound.agreement,
      100 * sound.chance);
}

/// Both sides look random: only the source can tell that they were not meant to be.
void check_source(const DataView& view, const Dependence& training,
                  std::vector<DataFinding>& findings) {
  const DataSide& side = view.training;
  if (!one_sided_reordering(input_lines(side), side.y->lines)) return;
  DataFinding finding = out_of_step(side, "out_of_step", 0.65);
  finding.message = fmt::format(
      "Features and labels are reordered or cut differently, and the labels do not depend on the "
      "features (rows that lie next to each other agree in {:.0f} % of the cases, chance {:.0f} "
      "%).",
      100 * training.agreement, 100 * training.chance);
  findings.push_back(std::move(finding));
}

}  // namespace

void check_step(const DataView& view, std::vector<DataFinding>& findings) {
  const bool judged = view.problem.kind == ProblemKind::kBinary ||
                      view.problem.kind == ProblemKind::kMultiClass ||
                      view.problem.kind == ProblemKind::kRegression;
  if (!judged || view.training.rows < kFewestRows) return;
  const Dependence training =
      dependence_of(view, view.training, std::min(kMostRows, view.training.rows));
  if (!view.evaluation || view.evaluation->rows < kFewestRows) {
    if (training.z < kIndependent) check_source(view, training, findings);
    return;
  }
  // The side that is to be cleared of blame must not have had more rows to show its dependence.
  const std::int64_t common = std::min({kMostRows, view.training.rows, view.evaluation->rows});
  const Dependence evaluation = dependence_of(view, *view.evaluation, common);
  if (training.z < kIndependent && evaluation.z > kDependent) {
    DataFinding finding = out_of_step(view.training, "out_of_step", 0.93);
    finding.message = contrast("training", training, "evaluation", evaluation);
    findings.push_back(std::move(finding));
  } else if (training.z < kIndependent && evaluation.z < kIndependent) {
    check_source(view, training, findings);
  } else if (evaluation.z < kIndependent &&
             dependence_of(view, view.training, common).z > kDependent) {
    DataFinding finding = out_of_step(*view.evaluation, "evaluation_out_of_step", 0.9);
    finding.message = contrast("evaluation", evaluation, "training", training);
    findings.push_back(std::move(finding));
  }
}

}  // namespace dlfix::eval
