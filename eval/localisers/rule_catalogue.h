// What every rule of every tool says, why, and how it looks wrong and right. One data file,
// rules.json, is built into the library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dlfix::eval {

struct RuleInfo {
  std::string id;    ///< f004, H9, S3, K04, labels_scaled; unique over all tools
  std::string tool;  ///< neuralint, umlaut, deepdiagnosis, checks, data
  std::string name;
  std::string fault_type;  ///< what its findings are labelled; empty: no fault of Table 1
  std::vector<std::string> alternatives;  ///< other labels that they may have or mean
  std::string needs;                      ///< text, data (the program's data code is run), training
  std::string off;                        ///< why it never finds anything; empty: it does
  std::string message, why, remedy;
  std::string wrong, right;  ///< examples, Python
};

/// All rules, tool by tool.
const std::vector<RuleInfo>& rule_catalogue();

/// nullptr: there is none of that id. A tool before it is allowed: neuralint/f004.
const RuleInfo* find_rule(std::string_view id);

/// neuralint/f004.
std::string full_id(const RuleInfo& rule);

/// The page that explains a rule, in Markdown.
std::string explanation_page(const RuleInfo& rule);

}  // namespace dlfix::eval
