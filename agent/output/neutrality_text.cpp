#include "agent/output/neutrality_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "agent/output/figures.h"
#include "agent/output/progress.h"
#include "agent/output/terminal.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

using eval::NeutralityResult;

constexpr std::size_t kListed = 40;

std::string changes_words(const mapping::Config& changes) {
  std::vector<std::string> words;
  for (const auto& [name, value] : changes)
    words.push_back(fmt::format("{}={}", name, value_words(value)));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string final_words(const NeutralityResult& result, int node) {
  const auto confirmed = eval::is_confirmed(result, node);
  if (!confirmed) return "-";
  return fmt::format("{}{}",
                     figure(eval::node_fitness(result.final_values.at(node), result.scores)),
                     *confirmed ? "" : "  refuted");
}

std::string graph_words(const NeutralityResult& result) {
  const eval::NeutralityGraph& graph = result.graph;
  std::string text =
      fmt::format("\n{} settings tried, {} nodes expanded, {} edges; ended: {}\n", graph.generated,
                  graph.expanded, graph.nodes.size(), result.stopped_because);
  const auto alternatives = eval::alternatives_of(result);
  if (alternatives.empty()) return text + "no alternative ground truth was found\n";
  text += fmt::format(
      "{} alternative ground truths, on average {} better than the fix, {:.2f} hyperparameters "
      "away "
      "from it\n",
      alternatives.size(), figure(eval::mean_improvement(result)), eval::mean_complexity(result));
  if (!graph.dropped_truths.empty())
    text += fmt::format("({} of them came behind those that were followed and have no edge)\n",
                        graph.dropped_truths.size());
  return text;
}

std::string alternatives_table(const NeutralityResult& result) {
  const auto alternatives = eval::alternatives_of(result);
  if (alternatives.empty()) return "";
  std::vector<std::vector<std::string>> rows = {
      {"node", result.metric, "final rows", "beside the fix", "changes"}};
  for (const auto* node : alternatives) {
    if (rows.size() > kListed) break;
    rows.push_back(
        {std::to_string(node->id), figure(node->fitness), final_words(result, node->id),
         std::string(to_string(kind_of_node(*node, result.fix.values, result.higher_is_better))),
         changes_words(eval::changes_of(result, *node))});
  }
  std::string text = "\n" + table(rows, "  ");
  if (alternatives.size() > kListed)
    text += fmt::format("  ... and {} more (--json, --output)\n", alternatives.size() - kListed);
  return text;
}

}  // namespace

std::string to_text(const NeutralityReport& report) {
  const NeutralityResult& result = report.result;
  std::string text =
      fmt::format("{}\n  Keras profile {}, trained on {}; {}; scores {}\n", result.program,
                  report.profile, report.device, report.rows, to_string(result.scores));
  for (const std::string& note : report.notes) text += "  note: " + note + "\n";
  if (result.fix.values.empty()) return text + "\ninterrupted before the fix was measured\n";
  text += fmt::format("\nknown fix {}: {} {} ± {}\n", result.fix.name, result.metric,
                      figure(eval::node_fitness(result.fix.values, result.scores)),
                      figure(eval::sample_sd(result.fix.values)));
  if (!result.graph.root.values.empty())
    text += fmt::format("as written: {}\n", figure(result.graph.root.fitness));
  text += graph_words(result) + alternatives_table(result);
  return text + fmt::format("\nCost: {}, {} trainings\n", duration_words(report.seconds),
                            report.trainings);
}

nlohmann::ordered_json to_document(const NeutralityReport& report) {
  nlohmann::ordered_json document = eval::to_json(report.result);
  document["rows"] = report.rows;
  document["device"] = report.device;
  document["trainer"] = report.trainer;
  document["profile"] = report.profile;
  document["notes"] = report.notes;
  document["cost"] = {{"seconds", report.seconds},
                      {"training_seconds", report.training_seconds},
                      {"trainings", report.trainings}};
  return document;
}

}  // namespace dlfix::agent
