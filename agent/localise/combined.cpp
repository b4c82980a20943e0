#include "agent/localise/combined.h"

#include "agent/localise/other_sources.h"
#include "agent/prompting/findings_words.h"

namespace dlfix::agent {

namespace {

std::vector<ToolReport> rule_sources(const mapping::Program& program, const WatchedRuns& watched,
                                     eval::ToolReading reading, const eval::DeepFdModel* deepfd) {
  auto tools = run_rule_localisers(program, watched, {combined_tools(), reading, deepfd});
  tools.push_back(check_as_tool(program));
  return tools;
}

}  // namespace

std::vector<ToolReport> combined_sources(const mapping::Program& program,
                                         const WatchedRuns& watched, eval::ToolReading reading,
                                         const eval::DeepFdModel* deepfd) {
  auto tools = rule_sources(program, watched, reading, deepfd);
  tools.push_back(examine_as_tool(program));
  return tools;
}

RuleReport localise_by_rules_alone(const mapping::Program& program,
                                   const std::map<std::string, std::string>& sources) {
  const auto mended = eval::ToolReading::kMended;
  return make_rule_report(program, rule_sources(program, {}, mended, nullptr), mended, sources,
                          combined_judge());
}

RuleReport localise_combined(const mapping::Program& program,
                             const std::map<std::string, std::string>& sources) {
  const auto mended = eval::ToolReading::kMended;
  return make_rule_report(program, combined_sources(program, {}, mended), mended, sources,
                          combined_judge());
}

std::vector<std::string> fault_words(const RuleReport& report) {
  std::vector<std::string> words;
  for (const RuleFault& fault : report.faults) {
    if (fault.suppressed) continue;
    const auto& spans = fault.placed.spans;
    words.push_back(finding_words(spans.empty() ? 0 : spans.front().start.line,
                                  fault.fault.said.front().message, fault.placed.change));
  }
  return words;
}

}  // namespace dlfix::agent
