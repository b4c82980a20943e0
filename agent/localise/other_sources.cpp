#include "agent/localise/other_sources.h"

#include <fmt/format.h>

#include <algorithm>

#include "eval/evidence/data_findings.h"
#include "eval/localisers/checks/checks.h"
#include "mapping/findings/placed_finding.h"

namespace dlfix::agent {

ToolReport check_as_tool(const mapping::Program& program) {
  return {"checks", eval::run_checks(program), 0};
}

ToolReport examine_as_tool(const mapping::Program& program) {
  ToolReport report{"data", {}, 0};
  if (!program.captured) {
    report.found.not_checked.push_back("the arrays are not known without --run");
    return report;
  }
  for (const eval::DataFinding& found : eval::examine_data(program)) {
    eval::RuleFinding finding;
    finding.tool = report.tool;
    finding.rule = found.code;
    finding.fault_type = found.fault_type;
    finding.message = found.message;
    finding.remedy = found.remedy;
    finding.certainty = found.certainty;
    finding.file = found.line.file;
    finding.line = found.line.line;
    report.found.findings.push_back(std::move(finding));
  }
  return report;
}

ToolReport replies_as_tool(const mapping::Program& program, const FindingReplies& replies) {
  ToolReport report{"llm", {}, 0};
  const auto votes = replies.votes();
  for (const mapping::VotedFinding& voted : votes.findings) {
    const auto placed = mapping::place_finding(program, voted);
    eval::RuleFinding finding;
    finding.tool = report.tool;
    finding.rule = fmt::format("{} of {}", voted.votes, votes.replies);
    finding.fault_type = voted.fault_type == "NEF" ? "" : voted.fault_type;
    finding.layers = voted.layers;
    finding.message = voted.quotation;
    finding.remedy = placed.change;
    finding.certainty = static_cast<double>(voted.votes) / std::max(votes.replies, 1);
    report.found.findings.push_back(std::move(finding));
  }
  return report;
}

}  // namespace dlfix::agent
