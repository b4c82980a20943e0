#include "eval/truths/neutrality_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/metrics/best_truth.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kDocument = "neutrality";

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

mapping::Config as_config(const OrderedConfig& config) { return {config.begin(), config.end()}; }

double fix_fitness(const NeutralityResult& result) {
  return node_fitness(result.fix.values, result.scores);
}

ordered_json node_json(const NeutralityResult& result, const NeutralityNode& node) {
  ordered_json document = {
      {"id", node.id},
      {"parent", node.parent},
      {"changes", changes_of(result, node)},
      {"values", node.values},
      {"fitness", node.fitness},
      {"is_truth", node.is_truth},
      {"kind", to_string(kind_of_node(node, result.fix.values, result.higher_is_better))}};
  if (!node.is_truth) return document;
  const auto confirmed = is_confirmed(result, node.id);
  document["confirmed"] = confirmed ? ordered_json(*confirmed) : ordered_json();
  if (confirmed) document["final_values"] = result.final_values.at(node.id);
  if (const auto found = result.fault_types.find(node.id); found != result.fault_types.end())
    document["fault_types"] = to_string(found->second);
  return document;
}

ordered_json nodes_json(const NeutralityResult& result, const std::vector<NeutralityNode>& nodes) {
  ordered_json list = ordered_json::array();
  for (const auto& node : nodes) list.push_back(node_json(result, node));
  return list;
}

ordered_json names_json(const OrderedConfig& config) {
  ordered_json names = ordered_json::array();
  for (const auto& [name, value] : config) names.push_back(name);
  return names;
}

ordered_json ordered(const OrderedConfig& config) {
  ordered_json object = ordered_json::object();
  for (const auto& [name, value] : config) object[name] = value;
  return object;
}

}  // namespace

std::vector<const NeutralityNode*> alternatives_of(const NeutralityResult& result) {
  std::vector<const NeutralityNode*> alternatives;
  for (const auto& node : result.graph.nodes)
    if (node.is_truth) alternatives.push_back(&node);
  for (const auto& node : result.graph.dropped_truths) alternatives.push_back(&node);
  std::ranges::sort(alternatives, {}, [](const NeutralityNode* node) { return node->id; });
  return alternatives;
}

std::optional<bool> is_confirmed(const NeutralityResult& result, int node) {
  const auto found = result.final_values.find(node);
  if (found == result.final_values.end() || result.fix.final_values.empty()) return std::nullopt;
  const double own = node_fitness(found->second, result.scores);
  const double fix = node_fitness(result.fix.final_values, result.scores);
  return result.higher_is_better ? own >= fix : own <= fix;
}

mapping::Config changes_of(const NeutralityResult& result, const NeutralityNode& node) {
  mapping::Config changes;
  const OrderedConfig& faulty = result.graph.root.config;
  for (std::size_t i = 0; i < node.config.size(); ++i)
    if (node.config[i].second != faulty[i].second)
      changes[node.config[i].first] = node.config[i].second;
  return changes;
}

double mean_improvement(const NeutralityResult& result) {
  std::vector<double> gains;
  for (const auto* node : alternatives_of(result))
    gains.push_back((result.higher_is_better ? 1 : -1) * (node->fitness - fix_fitness(result)));
  return gains.empty() ? std::nan("") : mean(gains);
}

double mean_complexity(const NeutralityResult& result) {
  std::vector<double> distances;
  for (const auto* node : alternatives_of(result))
    distances.push_back(
        static_cast<double>(differing_names(result.fix.config, as_config(node->config)).size()));
  return distances.empty() ? std::nan("") : mean(distances);
}

ordered_json to_json(const NeutralityResult& result) {
  const NeutralityGraph& graph = result.graph;
  const auto alternatives = alternatives_of(result);
  const auto confirmed = std::ranges::count_if(
      alternatives, [&](const auto* node) { return is_confirmed(result, node->id) == true; });
  ordered_json fix = {{"name", result.fix.name},
                      {"config", result.fix.config},
                      {"values", result.fix.values},
                      {"fitness", number(fix_fitness(result))}};
  if (!result.fix.final_values.empty()) fix["final_values"] = result.fix.final_values;
  return {{"document", kDocument},
          {"version", kNeutralityVersion},
          {"program", result.program},
          {"metric", result.metric},
          {"higher_is_better", result.higher_is_better},
          {"scores", to_string(result.scores)},
          {"seeds", result.seeds},
          {"hyperparameters", names_json(graph.root.config)},
          {"faulty",
           {{"config", ordered(graph.root.config)},
            {"values", graph.root.values},
            {"fitness", number(graph.root.fitness)}}},
          {"fix", std::move(fix)},
          {"nodes", nodes_json(result, graph.nodes)},
          {"dropped", nodes_json(result, graph.dropped_truths)},
          {"generated", graph.generated},
          {"expanded", graph.expanded},
          {"exhausted", graph.exhausted},
          {"stopped_because", result.stopped_because},
          {"alternatives", alternatives.size()},
          {"confirmed", result.fix.final_values.empty() ? ordered_json() : ordered_json(confirmed)},
          {"improvement", number(mean_improvement(result))},
          {"complexity", number(mean_complexity(result))}};
}

bool is_neutrality_document(const json& document) {
  if (!document.is_object()) return false;
  const auto found = document.find("document");
  return found != document.end() && *found == kDocument;
}

}  // namespace dlfix::eval
