// NeuraLint's rules over the node list. Source: neuralint/neuralint (commit e27dacf), its graph
// grammar; one predicate a code.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "eval/localisers/neuralint/lint_model.h"
#include "eval/localisers/rule_catalogue.h"

namespace dlfix::eval {

enum class LintSubject : std::uint8_t { kLearner, kArchitecture, kLayer };

struct LintRule {
  std::string code;  ///< f004
  LintSubject subject = LintSubject::kLayer;
  std::string category;  ///< the paper's root cause
  /// Positions in `nodes` where the rule matches; for learner and architecture any one.
  std::function<std::vector<std::size_t>(const LintModel&, ToolReading)> matches;
  bool needs_labels = false;
  bool about_last_layer = false;   ///< its layer is the last one
  const RuleInfo* info = nullptr;  ///< its text, of the catalogue; set by lint_rules()
};

/// All 27, in the order of their codes.
const std::vector<LintRule>& lint_rules();

}  // namespace dlfix::eval
