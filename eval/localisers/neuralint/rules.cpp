#include "eval/localisers/neuralint/rules.h"

#include <algorithm>

#include "eval/localisers/neuralint/node_queries.h"

namespace dlfix::eval {
namespace {

std::vector<LintRule> all_rules() {
  std::vector<LintRule> rules = lint::learner_rules();
  for (auto&& more : {lint::architecture_rules(), lint::layer_rules()}) {
    rules.insert(rules.end(), more.begin(), more.end());
  }
  std::sort(rules.begin(), rules.end(),
            [](const LintRule& a, const LintRule& b) { return a.code < b.code; });
  for (LintRule& rule : rules) rule.info = find_rule(rule.code);
  return rules;
}

}  // namespace

const std::vector<LintRule>& lint_rules() {
  static const std::vector<LintRule> kRules = all_rules();
  return kRules;
}

}  // namespace dlfix::eval
