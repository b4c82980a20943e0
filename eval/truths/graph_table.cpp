#include "eval/truths/graph_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace dlfix::eval {
namespace {

std::string values_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values)
    text += fmt::format("{}{:.2f}", text.empty() ? "" : ", ", value);
  return "[" + text + "]";
}

std::string value_text(const nlohmann::json& value) {
  if (value.is_null()) return "None";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string config_text(OrderedConfig config) {
  std::ranges::sort(config, {}, [](const auto& entry) { return entry.first; });
  std::string text;
  for (const auto& [name, value] : config)
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value_text(value));
  return text;
}

}  // namespace

std::string graph_table(const NeutralityGraph& graph) {
  std::map<int, const NeutralityNode*> nodes{{graph.root.id, &graph.root}};
  for (const auto& node : graph.nodes) nodes[node.id] = &node;
  std::string text =
      "parent_node_id\tcurrent_node_id\tparent_accs\tcurrent_node_accs\t"
      "parent_node_param_string\tcurrent_node_param_string\tis_gt\n";
  for (const auto& node : graph.nodes) {
    const NeutralityNode& parent = *nodes.at(node.parent);
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", node.parent, node.id,
                        values_text(parent.values), values_text(node.values),
                        config_text(parent.config), config_text(node.config),
                        node.is_truth ? "True" : "False");
  }
  return text;
}

}  // namespace dlfix::eval
