// Findings as a rule would say them.
#pragma once

#include <string>
#include <vector>

#include "eval/localisers/rule_finding.h"

namespace dlfix::agent {

inline eval::RuleFinding finding_of(const std::string& tool, const std::string& rule,
                                    const std::string& type, std::vector<int> layers = {}) {
  eval::RuleFinding finding;
  finding.tool = tool;
  finding.rule = rule;
  finding.fault_type = type;
  finding.layers = std::move(layers);
  finding.message = "says " + rule;
  finding.remedy = "do " + rule;
  return finding;
}

}  // namespace dlfix::agent
