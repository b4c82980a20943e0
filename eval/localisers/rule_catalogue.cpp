#include "eval/localisers/rule_catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "eval/localisers/rules_data.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

std::string lines_of(const json& lines) {
  return fmt::format("{}", fmt::join(lines.get<std::vector<std::string>>(), "\n"));
}

RuleInfo read_rule(const json& entry) {
  RuleInfo rule;
  rule.id = entry.at("id");
  rule.tool = entry.at("tool");
  rule.name = entry.at("name");
  rule.fault_type = entry.at("fault_type");
  rule.alternatives = entry.value("alternatives", std::vector<std::string>{});
  rule.needs = entry.at("needs");
  rule.off = entry.value("off", "");
  rule.message = entry.at("message");
  rule.why = entry.at("why");
  rule.remedy = entry.at("remedy");
  rule.wrong = lines_of(entry.at("wrong"));
  rule.right = lines_of(entry.at("right"));
  return rule;
}

std::vector<RuleInfo> read_rules() {
  std::vector<RuleInfo> rules;
  const json document = json::parse(rules_data());
  for (const json& entry : document.at("rules")) rules.push_back(read_rule(entry));
  return rules;
}

std::string fault_words(const RuleInfo& rule) {
  if (rule.fault_type.empty()) return "no fault type: advice";
  if (rule.alternatives.empty()) return "fault type " + rule.fault_type;
  return fmt::format("fault type {}, or {}", rule.fault_type, fmt::join(rule.alternatives, ", "));
}

std::string needs_words(const std::string& needs) {
  if (needs == "training") return "needs a training (--dynamic)";
  return needs == "data" ? "needs the program's data (--run)" : "needs the program's text alone";
}

}  // namespace

const std::vector<RuleInfo>& rule_catalogue() {
  static const std::vector<RuleInfo> kRules = read_rules();
  return kRules;
}

const RuleInfo* find_rule(std::string_view id) {
  const auto found = std::ranges::find_if(
      rule_catalogue(), [&](const RuleInfo& rule) { return rule.id == id || full_id(rule) == id; });
  return found == rule_catalogue().end() ? nullptr : &*found;
}

std::string full_id(const RuleInfo& rule) { return rule.tool + "/" + rule.id; }

std::string explanation_page(const RuleInfo& rule) {
  std::string page = fmt::format("# {}: {}\n\n{}; {}.\n", rule.id, rule.name, fault_words(rule),
                                 needs_words(rule.needs));
  if (!rule.off.empty()) page += fmt::format("It never finds anything: {}.\n", rule.off);
  page += fmt::format("\nWhat it says: {}.\n\n{}\n\nRemedy: {}.\n", rule.message, rule.why,
                      rule.remedy);
  page += fmt::format("\nWrong:\n\n```python\n{}\n```\n\nRight:\n\n```python\n{}\n```\n",
                      rule.wrong, rule.right);
  if (rule.off.empty()) {
    page +=
        fmt::format("\nTo accept it in one place: `# dlfix: ignore[{}]` on the line.\n", rule.id);
  }
  return page;
}

}  // namespace dlfix::eval
