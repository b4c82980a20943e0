#include "eval/published/study_folder.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "trainer/support/errors.h"
#include "trainer/support/gzip_lines.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json read_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw support::EnvironmentError(path + ": cannot be read",
                                    "name the folder with the study's data (faults.json, "
                                    "paper_tables.json, fl_results.csv, ...)");
  }
  try {
    return ordered_json::parse(file);
  } catch (const json::exception& error) {
    throw support::InputError(path + ": " + error.what());
  }
}

FaultLabel label_from(const ordered_json& hyperparameter) {
  FaultLabel label{hyperparameter.at("fault_types").at(0).get<std::string>(), {}};
  const auto& layer = hyperparameter.at("layer_index");
  if (layer.is_number()) label.layers.insert(layer.get<int>());
  return label;
}

std::string text_or_empty(const ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

StudyFault fault_from(const ordered_json& record) {
  StudyFault fault;
  fault.id = record.at("id").get<std::string>();
  fault.fl_id = record.at("in_fl_study").get<bool>() ? text_or_empty(record.at("fl_id")) : "";
  const auto& wording = record.at("wording").at("repair");
  if (wording.is_object()) fault.prompt = text_or_empty(wording.at("prompt_id"));
  fault.artificial = record.at("kind") == "artificial";
  fault.higher_is_better = record.at("metric").at("better") == "higher";
  fault.decimals = record.at("paper").at("decimals").get<int>();
  for (const auto& [name, value] : record.at("faulty_config").items()) {
    fault.names.push_back(name);
    fault.faulty[name] = value;
  }
  for (const auto& [name, value] : record.at("fixed_config").items()) fault.fixed[name] = value;
  for (const auto& [name, value] : record.at("hyperparameters").items())
    fault.labels[name] = label_from(value);
  return fault;
}

PublishedNode node_from(const json& record) {
  PublishedNode node;
  node.node = record.at("node").get<int>();
  node.config = config_of(record.at("config"));
  node.values = record.at("accs").get<std::vector<double>>();
  if (record.at("parent").is_null()) return node;
  node.parent = record.at("parent").get<int>();
  node.is_truth = record.at("is_gt").get<bool>();
  node.parent_config = config_of(record.at("parent_config"));
  return node;
}

template <typename Match>
const StudyFault& find_fault(const std::vector<StudyFault>& faults, const std::string& name,
                             const Match& matches) {
  for (const auto& fault : faults) {
    if (matches(fault)) return fault;
  }
  throw support::InputError("faults.json has no fault " + name);
}

}  // namespace

mapping::Config config_of(const json& object) {
  mapping::Config config;
  for (const auto& [name, value] : object.items()) config[name] = value;
  return config;
}

FaultLabel StudyFault::label_of(const std::string& name) const {
  const auto found = labels.find(name);
  return found == labels.end() ? FaultLabel{"name " + name, {}} : found->second;
}

StudyFolder::StudyFolder(std::string directory) : directory_(std::move(directory)) {
  const ordered_json study = read_json(file("faults.json"));
  try {
    for (const auto& record : study.at("faults")) faults_.push_back(fault_from(record));
    search_losses_ =
        study.at("common").at("search_space").at("loss").get<std::vector<std::string>>();
  } catch (const json::exception& error) {
    throw support::InputError(file("faults.json") + ": " + error.what(),
                              "this is not the study's list of faults");
  }
  paper_ = read_json(file("paper_tables.json"));
}

const StudyFault& StudyFolder::fault(const std::string& id) const {
  return find_fault(faults_, id, [&](const StudyFault& fault) { return fault.id == id; });
}

const StudyFault& StudyFolder::fault_by_fl_id(const std::string& fl_id) const {
  return find_fault(faults_, fl_id, [&](const StudyFault& fault) {
    return !fl_id.empty() && fault.fl_id == fl_id;
  });
}

const json& StudyFolder::rows(int table) const {
  try {
    return paper_.at("tables").at(fmt::format("table_{}", table)).at("rows");
  } catch (const json::exception&) {
    throw support::InputError(fmt::format("{} has no Table {}", file("paper_tables.json"), table));
  }
}

const json& StudyFolder::row(int table, const std::string& id) const {
  for (const auto& row : rows(table)) {
    if (row.at("id") == id) return row;
  }
  throw support::InputError(
      fmt::format("{}: Table {} has no row {}", file("paper_tables.json"), table, id));
}

const json& StudyFolder::quoted(const std::string& name) const {
  try {
    return paper_.at("quoted_in_text").at(name);
  } catch (const json::exception&) {
    throw support::InputError(file("paper_tables.json") + " quotes no " + name);
  }
}

const std::map<std::string, std::vector<PublishedNode>>& StudyFolder::graphs() const {
  if (graphs_) return *graphs_;
  std::map<std::string, std::vector<PublishedNode>> graphs;
  support::GzipLines lines(file("alternative_gt.jsonl.gz"));
  for (std::string line; lines.next(line);) {
    try {
      const json record = json::parse(line);
      graphs[record.at("fault").get<std::string>()].push_back(node_from(record));
    } catch (const json::exception& error) {
      throw support::InputError(lines.place() + ": " + error.what(),
                                "this is no node of a neutrality graph");
    }
  }
  graphs_ = std::move(graphs);
  return *graphs_;
}

}  // namespace dlfix::eval
