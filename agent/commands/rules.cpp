// `dlfix-agent rules [ID...]`: what the localisers' rules say and why.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "agent/cli/exit_codes.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/output/terminal.h"
#include "eval/localisers/rule_catalogue.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

struct RulesOptions {
  std::vector<std::string> ids;
  std::string tool;
};

nlohmann::json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

nlohmann::json rule_json(const eval::RuleInfo& rule) {
  return {{"id", rule.id},
          {"tool", rule.tool},
          {"name", rule.name},
          {"fault_type", text_or_null(rule.fault_type)},
          {"alternatives", rule.alternatives},
          {"needs", rule.needs},
          {"off", text_or_null(rule.off)},
          {"message", rule.message},
          {"why", rule.why},
          {"remedy", rule.remedy},
          {"wrong", rule.wrong},
          {"right", rule.right},
          {"page", eval::explanation_page(rule)}};
}

std::vector<const eval::RuleInfo*> rules_of_tool(const std::string& tool) {
  std::vector<const eval::RuleInfo*> rules;
  for (const eval::RuleInfo& rule : eval::rule_catalogue()) {
    if (tool.empty() || rule.tool == tool) rules.push_back(&rule);
  }
  return rules;
}

std::vector<const eval::RuleInfo*> named_rules(const std::vector<std::string>& ids) {
  std::vector<const eval::RuleInfo*> rules;
  for (const std::string& id : ids) {
    const eval::RuleInfo* rule = eval::find_rule(id);
    if (rule == nullptr) {
      throw support::InputError("rules: there is no rule " + id,
                                "`dlfix-agent rules` lists them: f004, H9, S3, K04, ...");
    }
    rules.push_back(rule);
  }
  return rules;
}

std::string rule_table(const std::vector<const eval::RuleInfo*>& rules) {
  std::vector<std::vector<std::string>> rows;
  for (const eval::RuleInfo* rule : rules) {
    rows.push_back({rule->tool, rule->id, rule->fault_type.empty() ? "-" : rule->fault_type,
                    rule->off.empty() ? rule->needs : "off", rule->name});
  }
  return table(rows, "");
}

int print_rules(const RulesOptions& options, const CommandContext& context) {
  const auto rules = options.ids.empty() ? rules_of_tool(options.tool) : named_rules(options.ids);
  if (context.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const eval::RuleInfo* rule : rules) list.push_back(rule_json(*rule));
    print_json({{"rules", std::move(list)}});
  } else if (options.ids.empty()) {
    fmt::print("{}", rule_table(rules));
  } else {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      fmt::print("{}{}", i == 0 ? "" : "\n", eval::explanation_page(*rules[i]));
    }
  }
  return kExitSuccess;
}

}  // namespace

void add_rules_command(CommandLine& line) {
  auto options = std::make_shared<RulesOptions>();
  CLI::App& app =
      line.add("rules",
               "The rules of the localisers; with ids, what each says, why, and how it looks wrong "
               "and right",
               [options](const CommandContext& context) { return print_rules(*options, context); });
  app.add_option("rules", options->ids, "Rules to explain: f004, H9, neuralint/f004");
  app.add_option("--tool", options->tool, "Rules of one tool alone")
      ->check(CLI::IsMember({"neuralint", "umlaut", "deepdiagnosis", "checks", "data"}));
  add_json_option(app);
}

}  // namespace dlfix::agent
