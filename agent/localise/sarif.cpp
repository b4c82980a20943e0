#include "agent/localise/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "agent/localise/source_quote.h"
#include "eval/localisers/rule_catalogue.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using sarif_json = nlohmann::ordered_json;

constexpr const char* kRoot = "SRCROOT";
constexpr const char* kSarifSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr double kSure = 0.75;

std::string percent_encoded(const std::string& path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || std::string("-._~/").find(c) != std::string::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

bool is_below(const fs::path& relative) {
  return !relative.empty() && *relative.begin() != ".." && relative.is_relative();
}

/// The rule under which a finding is reported; a model's answers have none of their own.
std::string rule_id(const eval::RuleFinding& finding) {
  return finding.tool == "llm" ? "llm/" + finding.fault_type : finding.tool + "/" + finding.rule;
}

sarif_json text_json(const std::string& text) { return {{"text", text}}; }

sarif_json tags_of(const std::string& tool, const std::string& type) {
  sarif_json tags = {tool};
  if (!type.empty()) tags.push_back(type);
  return tags;
}

sarif_json described_rule(const eval::RuleInfo& rule) {
  return {{"id", eval::full_id(rule)},
          {"name", rule.name},
          {"shortDescription", text_json(rule.name + ".")},
          {"fullDescription", text_json(rule.why)},
          {"defaultConfiguration", {{"enabled", rule.off.empty()}, {"level", "warning"}}},
          {"help",
           {{"text", rule.message + ". Remedy: " + rule.remedy + "."},
            {"markdown", eval::explanation_page(rule)}}},
          {"properties",
           {{"tags", tags_of(rule.tool, rule.fault_type)},
            {"explanation", "dlfix-agent rules " + rule.id}}}};
}

sarif_json answered_rule(const std::string& type) {
  return {{"id", "llm/" + type},
          {"name", fault_type_name(type)},
          {"shortDescription", text_json(fault_type_name(type) + ".")},
          {"defaultConfiguration", {{"enabled", true}, {"level", "warning"}}},
          {"properties", {{"tags", tags_of("llm", type)}}}};
}

/// Of the tools that were asked, and of what a model said.
sarif_json rules_of(const RuleReport& report) {
  sarif_json rules = sarif_json::array();
  std::set<std::string> answered;
  for (const ToolReport& tool : report.tools) {
    for (const eval::RuleInfo& rule : eval::rule_catalogue()) {
      if (rule.tool == tool.tool) rules.push_back(described_rule(rule));
    }
  }
  for (const RuleFault& fault : report.faults) {
    for (const auto& said : fault.fault.said) {
      if (said.tool != "llm" || !answered.insert(said.fault_type).second) continue;
      rules.push_back(answered_rule(said.fault_type));
    }
  }
  return rules;
}

class SarifWriter {
 public:
  SarifWriter(const RuleReport& report, const std::map<std::string, std::string>& sources,
              std::string root)
      : report_(report), sources_(sources), root_(std::move(root)), rules_(rules_of(report)) {}

  sarif_json run() const {
    sarif_json results = sarif_json::array();
    for (const RuleFault& fault : report_.faults) results.push_back(result(fault));
    return {
        {"tool",
         {{"driver",
           {{"name", "dlfix-agent"},
            {"semanticVersion", DLFIX_VERSION},
            {"shortDescription", text_json("Finds and repairs faults of deep learning programs.")},
            {"rules", rules_}}}}},
        {"invocations",
         {{{"executionSuccessful", true}, {"toolExecutionNotifications", notifications()}}}},
        {"originalUriBaseIds", {{kRoot, {{"uri", uri_of(root_, "/") + "/"}}}}},
        {"artifacts", artifacts()},
        {"columnKind", "unicodeCodePoints"},
        {"results", std::move(results)}};
  }

 private:
  sarif_json notifications() const {
    sarif_json list = sarif_json::array();
    for (const ToolReport& tool : report_.tools) {
      for (const auto& unknown : tool.found.not_checked) {
        list.push_back(
            {{"level", "note"}, {"message", text_json(tool.tool + " did not check " + unknown)}});
      }
    }
    for (const auto& note : report_.notes) {
      list.push_back({{"level", "note"}, {"message", text_json(note)}});
    }
    return list;
  }

  sarif_json artifact_location(const std::string& file) const {
    const std::string uri = uri_of(file, root_);
    sarif_json location{{"uri", uri}};
    if (!uri.starts_with("file:")) location["uriBaseId"] = kRoot;
    return location;
  }

  sarif_json artifacts() const {
    sarif_json list = sarif_json::array();
    for (const auto& [file, text] : sources_) {
      list.push_back({{"location", artifact_location(file)},
                      {"length", text.size()},
                      {"sourceLanguage", "python"}});
    }
    return list;
  }

  sarif_json location(const mapping::Span& span) const {
    sarif_json region{{"startLine", span.start.line}};
    if (span.start != span.end) {
      region["startColumn"] = span.start.column + 1;
      region["endLine"] = span.end.line;
      region["endColumn"] = span.end.column + 1;
    }
    const auto source = sources_.find(span.file);
    if (source != sources_.end()) {
      region["snippet"] = text_json(line_of(source->second, span.start.line));
    }
    return {{"physicalLocation",
             {{"artifactLocation", artifact_location(span.file)}, {"region", std::move(region)}}}};
  }

  sarif_json locations(const RuleFault& fault) const {
    sarif_json list = sarif_json::array();
    for (const mapping::Span& span : fault.placed.spans) list.push_back(location(span));
    if (list.empty()) {
      list.push_back(
          {{"physicalLocation", {{"artifactLocation", artifact_location(report_.program)}}}});
    }
    return list;
  }

  /// -1: it is not described.
  int rule_index(const std::string& id) const {
    const auto found =
        std::ranges::find_if(rules_, [&](const sarif_json& rule) { return rule["id"] == id; });
    return found == rules_.end() ? -1 : static_cast<int>(found - rules_.begin());
  }

  sarif_json result(const RuleFault& fault) const {
    const auto& [type, layers, said, score] = fault.fault;
    const std::string id = rule_id(said.front());
    sarif_json suppressions = sarif_json::array();
    if (fault.suppressed) suppressions.push_back({{"kind", "inSource"}});
    std::set<std::string> rules;
    for (const auto& finding : said) rules.insert(rule_id(finding));
    return {{"ruleId", id},
            {"ruleIndex", rule_index(id)},
            {"level", score >= kSure ? "error" : "warning"},
            {"message", text_json(fmt::format("{}: {}. Remedy: {}.", fault_type_name(type),
                                              said.front().message, fault.placed.change))},
            {"locations", locations(fault)},
            {"suppressions", std::move(suppressions)},
            {"rank", 100 * score},
            {"properties",
             {{"faultType", type},
              {"layers", layers},
              {"rules", rules},
              {"hyperparameters", fault.placed.hyperparameters}}}};
  }

  const RuleReport& report_;
  const std::map<std::string, std::string>& sources_;
  std::string root_;
  sarif_json rules_;
};

}  // namespace

std::string uri_of(const std::string& path, const std::string& root) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  if (root != "/") {
    const fs::path relative = absolute.lexically_relative(fs::path(root).lexically_normal());
    if (is_below(relative)) return percent_encoded(relative.generic_string());
  }
  std::string text = absolute.generic_string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return "file://" + percent_encoded(text);
}

sarif_json to_sarif(const RuleReport& report, const std::map<std::string, std::string>& sources,
                    const std::string& root) {
  return {{"$schema", kSarifSchema},
          {"version", "2.1.0"},
          {"runs", {SarifWriter(report, sources, root).run()}}};
}

}  // namespace dlfix::agent
