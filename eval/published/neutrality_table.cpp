// Table 4: size of the neutrality graphs, and how far the alternative ground truths lie from the
// known fix.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/metrics/best_truth.h"
#include "eval/published/averages.h"
#include "eval/published/cells.h"
#include "eval/published/families.h"
#include "eval/published/graph_simulation.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr int kComplexityDecimals = 2;
constexpr int kImprovementDecimals = 3;

const std::vector<PublishedNode>& graph_of(const StudyFolder& folder, const std::string& id) {
  static const std::vector<PublishedNode> kNone;
  const auto found = folder.graphs().find(id);
  return found == folder.graphs().end() ? kNone : found->second;
}

double edges_of(const StudyFolder& folder, const std::string& id) {
  return static_cast<double>(std::ranges::count_if(
      graph_of(folder, id), [](const PublishedNode& node) { return node.parent >= 0; }));
}

std::vector<PublishedNode> truths_of(const StudyFolder& folder, const std::string& id) {
  std::vector<PublishedNode> truths;
  std::ranges::copy_if(graph_of(folder, id), std::back_inserter(truths), &PublishedNode::is_truth);
  return truths;
}

bool is_whole_number_name(const std::string& name) {
  return name == "epochs" || name == "batch_size" || name.starts_with("unit") ||
         name.starts_with("layer");
}

/// How many names differ from the fix. As printed, the real faults' values are compared as text, in
/// which 32 and 32.0 differ, and so do two objects of one initialiser class.
double distance(const StudyFault& fault, const mapping::Config& config, Scores scores) {
  auto names = differing_names(fault.fixed, config);
  if (scores == Scores::kPrinted && !fault.artificial) {
    for (const auto& name : fault.names) {
      if (is_whole_number_name(name) || fault.fixed.at(name) == "RandomNormal")
        names.push_back(name);
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  return static_cast<double>(names.size());
}

std::optional<double> complexity_of(const StudyFolder& folder, const std::string& id,
                                    Scores scores) {
  std::vector<double> distances;
  for (const auto& node : truths_of(folder, id))
    distances.push_back(distance(folder.fault(id), node.config, scores));
  if (distances.empty()) return std::nullopt;
  return mean(distances);
}

using CellFunction = std::function<std::optional<double>(const std::string& id)>;

/// Mean over the artificial or the real faults of the table.
std::optional<double> table_average(const StudyFolder& folder, const std::string& average,
                                    const CellFunction& cell) {
  std::vector<double> values;
  for (const auto& row : folder.rows(4)) {
    const auto id = row.at("id").get<std::string>();
    if (is_average(id) || folder.fault(id).artificial != (average == kArtificialAverage)) continue;
    if (const auto value = cell(id)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  return mean(values);
}

PublishedLine counts_line(const StudyFolder& folder, const std::string& name, const char* column,
                          const CellFunction& cell) {
  Cells cells("Table 4 " + name);
  for (const auto& row : folder.rows(4)) {
    const auto id = row.at("id").get<std::string>();
    if (!is_average(id)) cells.compare(id, printed_number(row.at(column)), cell(id), 0);
  }
  return cells.line();
}

PublishedLine complexity_line(const StudyFolder& folder) {
  Cells cells("Table 4 complexity");
  for (const auto& row : folder.rows(4)) {
    const auto id = row.at("id").get<std::string>();
    if (is_average(id)) continue;
    const auto printed = printed_number(row.at("complexity"));
    cells.compare(id, printed, complexity_of(folder, id, Scores::kPrinted), kComplexityDecimals);
    cells.correct(id, printed, complexity_of(folder, id, Scores::kCorrected), kComplexityDecimals);
  }
  cells.note("real faults as printed: values compared as text, in which 32 and 32.0 differ");
  return cells.line();
}

/// A printed improvement says where the mean of the fix lies; it must be one per subject, and be
/// the number that Table 9 prints.
PublishedLine improvement_line(const StudyFolder& folder) {
  Cells cells("Table 4 improvement");
  std::map<std::string, std::pair<double, double>> ranges;
  const double infinity = std::numeric_limits<double>::infinity();
  int agreeing = 0, all = 0;
  for (const auto& row : folder.rows(4)) {
    const auto id = row.at("id").get<std::string>();
    const auto printed = is_average(id) ? std::nullopt : printed_number(row.at("improvement"));
    if (!printed) continue;
    const StudyFault& fault = folder.fault(id);
    std::vector<double> means;
    for (const auto& node : truths_of(folder, id)) means.push_back(mean(node.values));
    const double gain = fault.higher_is_better ? *printed : -*printed;
    const double half = 0.5 * std::pow(10.0, -kImprovementDecimals) + 1e-9;
    const auto [range, first] = ranges.try_emplace(fault.prompt, -infinity, infinity);
    auto& [low, high] = range->second;
    low = std::max(low, mean(means) - gain - half);
    high = std::min(high, mean(means) - gain + half);
    const double fix = *printed_number(folder.row(9, id).at("gt"));
    const double row_half = 0.5 * std::pow(10.0, -fault.decimals) + 1e-9;
    ++all;
    agreeing += low <= high && low <= fix + row_half && high >= fix - row_half ? 1 : 0;
  }
  cells.cannot("the ten values of the known fix are not in the folder");
  cells.note(
      fmt::format("{} of {} cells agree with one mean of the fix per subject that rounds to "
                  "Table 9's",
                  agreeing, all));
  return cells.line();
}

PublishedLine averages_line(const StudyFolder& folder,
                            const std::vector<std::pair<const char*, CellFunction>>& columns) {
  Cells cells("Table 4 averages");
  for (const char* average : {kArtificialAverage, kRealAverage}) {
    for (const auto& [column, cell] : columns) {
      cells.compare(fmt::format("{} {}", average, column),
                    printed_number(folder.row(4, average).at(column)),
                    table_average(folder, average, cell), kComplexityDecimals);
    }
    cells.correct(fmt::format("{} complexity", average),
                  printed_number(folder.row(4, average).at("complexity")),
                  table_average(folder, average,
                                [&](const std::string& id) {
                                  return complexity_of(folder, id, Scores::kCorrected);
                                }),
                  kComplexityDecimals);
  }
  return cells.line();
}

/// The whole graphs: numbers of the nodes, their order, their parents, which are alternatives.
PublishedLine graphs_line(const StudyFolder& folder) {
  Cells cells("Neutrality graphs");
  for (const auto& [id, nodes] : folder.graphs()) {
    const StudyFault& fault = folder.fault(id);
    cells.compare_text(
        id, "as published",
        same_graph(simulate_graph(fault, nodes), nodes) ? "as published" : "another");
  }
  cells.note(
      "searched again with the published values of the nodes in place of trainings; cells are "
      "whole graphs");
  return cells.line();
}

/// "an average of 69 alternative GTs for artificial faults and 28 for real faults ..."
PublishedLine quoted_line(const StudyFolder& folder, const CellFunction& truths,
                          const CellFunction& complexity) {
  Cells cells("Text 4.2 neutrality analysis");
  const auto& quoted = folder.quoted("neutrality");
  for (const auto& [average, word] :
       {std::pair{kArtificialAverage, "artificial"}, {kRealAverage, "real"}}) {
    cells.compare(fmt::format("{} alternatives", word),
                  printed_number(quoted.at("mean_alternative_gts").at(word)),
                  table_average(folder, average, truths), 0);
    cells.compare(fmt::format("{} complexity", word),
                  printed_number(quoted.at("mean_complexity").at(word)),
                  table_average(folder, average, complexity), kComplexityDecimals);
  }
  return cells.line();
}

}  // namespace

Lines neutrality_lines(const StudyFolder& folder) {
  const CellFunction nodes = [&](const std::string& id) { return edges_of(folder, id); };
  const CellFunction truths = [&](const std::string& id) {
    return static_cast<double>(truths_of(folder, id).size());
  };
  const CellFunction names = [&](const std::string& id) {
    return static_cast<double>(folder.fault(id).names.size());
  };
  const CellFunction complexity = [&](const std::string& id) {
    return complexity_of(folder, id, Scores::kPrinted);
  };
  // The average number of hyperparameters is over the faults that have alternatives.
  const CellFunction names_with_truths = [&](const std::string& id) -> std::optional<double> {
    if (truths(id) == 0) return std::nullopt;
    return names(id);
  };
  Lines lines;
  lines.push_back(
      guarded("Table 4 nodes", [&] { return counts_line(folder, "nodes", "nodes", nodes); }));
  lines.push_back(guarded("Table 4 alternative GTs", [&] {
    return counts_line(folder, "alternative GTs", "alternative_gts", truths);
  }));
  lines.push_back(counts_line(folder, "hyperparameters", "hyperparameters", names));
  lines.push_back(guarded("Table 4 complexity", [&] { return complexity_line(folder); }));
  lines.push_back(guarded("Table 4 averages", [&] {
    return averages_line(folder, {{"nodes", nodes},
                                  {"alternative_gts", truths},
                                  {"complexity", complexity},
                                  {"hyperparameters", names_with_truths}});
  }));
  lines.push_back(guarded("Table 4 improvement", [&] { return improvement_line(folder); }));
  lines.push_back(guarded("Neutrality graphs", [&] { return graphs_line(folder); }));
  lines.push_back(guarded("Text 4.2 neutrality analysis",
                          [&] { return quoted_line(folder, truths, complexity); }));
  return lines;
}

}  // namespace dlfix::eval
