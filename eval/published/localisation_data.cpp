#include "eval/published/localisation_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace dlfix::eval {
namespace {

/// Names that the study's script spells with a blank behind, so that they match nothing.
constexpr std::array<std::pair<const char*, const char*>, 1> kPaddedNames{{{"R6", "ki1"}}};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// The labels of a reply as hyperparameters, which is what alternatives are compared by.
FaultLabels labels_of_names(const StudyFault& fault, const LocalisationReply& reply,
                            Scores scores) {
  FaultLabels labels;
  std::set<std::string> known;
  for (std::string name : reply.names) {
    if (scores == Scores::kCorrected) {
      if (!fault.labels.contains(name) && fault.labels.contains("ki" + name.substr(1)))
        name = "ki" + name.substr(1);
      if (!known.insert(name).second) continue;
    } else if (std::ranges::any_of(kPaddedNames, [&](const auto& padded) {
                 return fault.fl_id == padded.first && name == padded.second;
               })) {
      name += ' ';
    }
    labels.push_back(fault.label_of(name));
  }
  return labels;
}

std::string text_or_none(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

}  // namespace

int table_of_tool(const std::string& tool) {
  const auto found = std::ranges::find(kLocalisers, tool);
  return kFirstToolTable + static_cast<int>(found - kLocalisers.begin());
}

const std::vector<LocalisationReply>& LocalisationData::replies() const {
  if (replies_) return *replies_;
  const CsvTable table = folder_.table_file("fl_results.csv");
  std::vector<LocalisationReply> replies;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    replies.push_back({table.text(row, "fl_id"), static_cast<int>(table.number(row, "repetition")),
                       table.number(row, "n_answers"), table.number(row, "n_labels_pass1"),
                       parse_fault_labels(table.text(row, "gt")),
                       parse_fault_labels(table.text(row, "labels_pass1")),
                       split(table.text(row, "alt_gt_params"), '|')});
  }
  replies_ = std::move(replies);
  return *replies_;
}

FaultLabels LocalisationData::listed_truth(const std::string& tool,
                                           const std::string& fl_id) const {
  return parse_fault_labels(text_or_none(folder_.row(table_of_tool(tool), fl_id).at("gt")));
}

FaultLabels LocalisationData::listed_output(const std::string& tool,
                                            const std::string& fl_id) const {
  return parse_fault_labels(text_or_none(folder_.row(table_of_tool(tool), fl_id).at("output")));
}

LocalisationScore LocalisationData::before(const std::string& tool, const std::string& fl_id,
                                           Scores scores, const MatchingRules& rules) const {
  if (tool != kGpt) {
    return score_localisation(listed_truth(tool, fl_id), listed_output(tool, fl_id), scores, rules);
  }
  std::vector<LocalisationScore> all;
  for (const auto& reply : replies()) {
    if (reply.fl_id == fl_id)
      all.push_back(score_localisation(reply.truth, reply.labels, scores, rules));
  }
  return mean_of(all);
}

std::vector<AlternativeTruth> LocalisationData::alternatives(const std::string& fl_id,
                                                             Scores scores) const {
  const StudyFault& fault = folder_.fault_by_fl_id(fl_id);
  const auto& graphs = folder_.graphs();
  const auto graph = graphs.find(scores == Scores::kPrinted ? fl_id : fault.id);
  std::vector<AlternativeTruth> truths;
  if (graph == graphs.end()) return truths;
  const auto root = std::ranges::find(graph->second, 0, &PublishedNode::node);
  const mapping::Config* base = root == graph->second.end() ? nullptr : &root->config;
  for (const auto& node : graph->second) {
    if (!node.is_truth) continue;
    if (truths.empty() && (scores == Scores::kPrinted || base == nullptr))
      base = &node.parent_config;
    AlternativeTruth truth{fmt::format("node {}", node.node), {}};
    for (const auto& [name, value] : node.config) {
      const auto original = base->find(name);
      if (original == base->end() || original->second != value)
        truth.faults.push_back(fault.label_of(name));
    }
    truths.push_back(std::move(truth));
  }
  return truths;
}

LocalisationScore LocalisationData::after(const std::string& tool, const std::string& fl_id,
                                          Scores scores, const MatchingRules& known_rules) const {
  if (known_rules.layers != MatchingRules::Layers::kOverlap)
    return after_output(tool, fl_id, scores, known_rules);
  const std::tuple key{tool, fl_id, scores};
  const auto known = after_.find(key);
  if (known != after_.end()) return known->second;
  const auto score = tool == kGpt ? mean_of(after_of_replies(fl_id, scores))
                                  : after_output(tool, fl_id, scores, known_rules);
  return after_[key] = score;
}

LocalisationScore LocalisationData::after_output(const std::string& tool, const std::string& fl_id,
                                                 Scores scores,
                                                 const MatchingRules& known_rules) const {
  return score_with_alternatives(before(tool, fl_id, scores, known_rules),
                                 alternatives(fl_id, scores), listed_output(tool, fl_id), scores,
                                 {.repeats_are_one = true})
      .score;
}

std::vector<LocalisationScore> LocalisationData::after_of_replies(const std::string& fl_id,
                                                                  Scores scores) const {
  const StudyFault& fault = folder_.fault_by_fl_id(fl_id);
  const auto truths = alternatives(fl_id, scores);
  std::vector<LocalisationScore> all;
  for (const auto& reply : replies()) {
    if (reply.fl_id != fl_id) continue;
    const auto known = score_localisation(reply.truth, reply.labels, scores);
    const auto labels = labels_of_names(fault, reply, scores);
    all.push_back(score_with_alternatives(known, truths, labels, scores).score);
  }
  return all;
}

}  // namespace dlfix::eval
