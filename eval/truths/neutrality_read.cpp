// Results of neutrality analyses read back from their JSON.
#include <fmt/format.h>

#include <set>

#include "eval/truths/neutrality_result.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

void check_version(const json& document, const std::string& file) {
  if (document.at("version") == kNeutralityVersion) return;
  throw support::InputError(fmt::format("{}: version {} of a neutrality result is not known", file,
                                        document.at("version").dump()),
                            "write it again with this version");
}

[[noreturn]] void refuse_document(const std::string& file, const json::exception& error) {
  throw support::InputError(file + ": is no neutrality result: " + error.what(),
                            "give what `neutrality --json` or --output wrote");
}

NeutralityNode read_node(const json& document, const OrderedConfig& faulty) {
  NeutralityNode node;
  node.id = document.at("id");
  node.parent = document.at("parent");
  node.config = faulty;
  const json& changes = document.at("changes");
  for (auto& [name, value] : node.config)
    if (const auto changed = changes.find(name); changed != changes.end()) value = *changed;
  node.values = document.at("values").get<std::vector<double>>();
  node.fitness = document.at("fitness");
  node.is_truth = document.at("is_truth");
  return node;
}

/// What the analysis found out about an alternative.
void read_alternative(const json& document, NeutralityResult& result) {
  const int id = document.at("id");
  if (document.contains("final_values"))
    result.final_values[id] = document["final_values"].get<std::vector<double>>();
  if (document.contains("fault_types"))
    result.fault_types[id] = parse_fault_labels(document["fault_types"].get<std::string>());
}

void read_root(const json& document, NeutralityResult& result) {
  const json& faulty = document.at("faulty");
  NeutralityNode& root = result.graph.root;
  for (const json& name : document.at("hyperparameters"))
    root.config.emplace_back(name, faulty.at("config").at(name.get<std::string>()));
  root.values = faulty.at("values").get<std::vector<double>>();
  root.fitness = faulty.at("fitness").is_null() ? 0 : faulty["fitness"].get<double>();
}

void read_fix(const json& document, KnownFix& fix) {
  fix.name = document.at("name");
  fix.config = document.at("config").get<mapping::Config>();
  fix.values = document.at("values").get<std::vector<double>>();
  if (document.contains("final_values"))
    fix.final_values = document["final_values"].get<std::vector<double>>();
}

/// A node comes once, and after the one that it was reached from: pictures walk along the edges.
void check_place(const NeutralityNode& node, std::set<int>& known, const std::string& file) {
  if (known.count(node.parent) != 0 && known.insert(node.id).second) return;
  throw support::InputError(
      fmt::format("{}: node {} comes twice, or before its parent {}", file, node.id, node.parent),
      "write the result again with `neutrality`");
}

NeutralityResult read_result(const json& document, const std::string& file) {
  NeutralityResult result;
  result.program = document.at("program");
  result.metric = document.at("metric");
  result.higher_is_better = document.at("higher_is_better");
  result.scores =
      parse_scores(document.at("scores").get<std::string>()).value_or(Scores::kCorrected);
  result.seeds = document.at("seeds");
  read_fix(document.at("fix"), result.fix);
  read_root(document, result);
  NeutralityGraph& graph = result.graph;
  std::set<int> known = {graph.root.id};
  for (const json& node : document.at("nodes")) {
    graph.nodes.push_back(read_node(node, graph.root.config));
    check_place(graph.nodes.back(), known, file);
    read_alternative(node, result);
  }
  for (const json& node : document.at("dropped")) {
    graph.dropped_truths.push_back(read_node(node, graph.root.config));
    read_alternative(node, result);
  }
  graph.generated = document.at("generated");
  graph.expanded = document.at("expanded");
  graph.exhausted = document.at("exhausted");
  result.stopped_because = document.at("stopped_because");
  return result;
}

}  // namespace

NeutralityResult read_neutrality(const json& document, const std::string& file) {
  try {
    check_version(document, file);
    return read_result(document, file);
  } catch (const json::exception& error) {
    refuse_document(file, error);
  }
}

std::vector<FoundTruth> read_found_truths(const json& document, const std::string& file) {
  std::vector<FoundTruth> truths;
  try {
    check_version(document, file);
    for (const char* list : {"nodes", "dropped"}) {
      for (const json& node : document.at(list)) {
        if (!node.at("is_truth").get<bool>() || node.value("confirmed", json()) == json(false))
          continue;
        FoundTruth truth;
        truth.name = fmt::format("node {}", node.at("id").get<int>());
        truth.changes = node.at("changes").get<mapping::Config>();
        truth.fault_types = parse_fault_labels(node.value("fault_types", "-"));
        truth.values = (node.contains("final_values") ? node["final_values"] : node.at("values"))
                           .get<std::vector<double>>();
        truths.push_back(std::move(truth));
      }
    }
  } catch (const json::exception& error) {
    refuse_document(file, error);
  }
  return truths;
}

}  // namespace dlfix::eval
