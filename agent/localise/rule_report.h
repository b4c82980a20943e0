// What `localise` says without a model: the findings of all tools as one list.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/localise/rule_localisers.h"
#include "agent/localise/truth_scores.h"
#include "eval/localisers/merged_fault.h"
#include "eval/localisers/rule_weights.h"
#include "mapping/findings/placed_finding.h"

namespace dlfix::agent {

/// One fault that tools name, at its place in the source.
struct RuleFault {
  eval::MergedFault fault;
  mapping::PlacedFinding placed;  ///< `change` is the remedy of the surest finding
  bool suppressed = false;        ///< by a comment on its line
};

struct RuleReport {
  std::string program;
  eval::ToolReading reading = eval::ToolReading::kMended;
  std::vector<RuleFault> faults;           ///< best score first, then most tools
  std::vector<RuleFault> unlikely;         ///< below the score that is asked for
  std::vector<eval::RuleFinding> advice;   ///< findings that are no fault of the catalogue
  std::vector<eval::RuleFinding> dropped;  ///< what the study's filters leave out
  std::vector<ToolReport> tools;
  struct Score {
    std::string tool;
    eval::FaultLabels labels;
    eval::LocalisationScore before, after;
  };
  std::vector<Score> scores;  ///< with a ground truth
  std::string truth;
  std::vector<std::string> notes;
  /// Faults that are not suppressed.
  int open_faults() const;
};

/// What scores faults, and which are worth showing.
struct RuleJudge {
  const eval::RuleWeights& weights = eval::RuleWeights::shipped();
  double least_score = 0;  ///< faults below it are `unlikely`
};

/// Of the combined localiser: what is right more often than wrong.
RuleJudge combined_judge(const eval::RuleWeights& weights = eval::RuleWeights::shipped());

/// Findings that mean the same are one fault (eval::merge_findings). `# dlfix: ignore` on the line
/// of a fault suppresses it, `# dlfix: ignore[ACH, H9]` when it is of such a type or all that names
/// it are such rules. `sources`: path -> text of the program's files.
RuleReport make_rule_report(const mapping::Program& program, std::vector<ToolReport> tools,
                            eval::ToolReading reading,
                            const std::map<std::string, std::string>& sources,
                            const RuleJudge& judge = {});

/// What the report names, suppressed or not, as labels: one a type, with the two best layers.
eval::FaultLabels labels_of(const RuleReport& report);

/// Adds each tool's score, and that of all together ("combined").
void score_rules(RuleReport& report, const KnownFaults& known, eval::Scores scores);

nlohmann::json to_json(const RuleReport& report);
/// In the manner of a compiler.
std::string to_text(const RuleReport& report, const std::map<std::string, std::string>& sources);

}  // namespace dlfix::agent
