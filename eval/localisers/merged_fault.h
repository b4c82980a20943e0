// Findings of several tools that mean the same fault, as one.
#pragma once

#include <string>
#include <vector>

#include "eval/localisers/rule_finding.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

/// One fault at one place: a layer, or the program as a whole.
struct MergedFault {
  std::string fault_type;         ///< the label that most of its findings give
  std::vector<int> layers;        ///< none or one
  std::vector<RuleFinding> said;  ///< by whom and why, in the order of the tools
  double score = 0;               ///< how likely it is right, 0 to 1; see rule_weights.h
  /// Different tools among `said`.
  int tools() const;
};

/// Findings that are dropped or name no fault type are passed over. What means the same:
/// - a wrong, missing or redundant activation (ACH, ARM, AAL) of one layer, as the study scores
///   them; a layer whose activation stands in a layer of its own means that layer;
/// - findings of one type where layers say nothing (learning rate, loss, ...), layers named or not;
/// - of types that belong to layers, a finding without layers means each one found of its type;
/// - a finding with alternatives means what another finding names among them.
/// A finding about several layers becomes one fault a layer. The order is that of the findings.
std::vector<MergedFault> merge_findings(const mapping::Program& program,
                                        const std::vector<RuleFinding>& findings);

/// Whether a fault type is about the program as a whole: HLR, HNE, HBS, LCH, OCH, CPP, ...
bool is_about_program(const std::string& fault_type);

}  // namespace dlfix::eval
