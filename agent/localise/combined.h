// The combined localiser: all sources that need no model, merged and weighed.
#pragma once

#include <map>
#include <string>

#include "agent/localise/rule_report.h"

namespace dlfix::agent {

/// What combined is made of: the published tools, our checks, the examination of captured data.
/// Without trainings static parts alone. `deepfd`: what it has learnt, in that reading; nullptr: it
/// is left out. Errors: as captured arrays cannot be read.
std::vector<ToolReport> combined_sources(const mapping::Program& program,
                                         const WatchedRuns& watched, eval::ToolReading reading,
                                         const eval::DeepFdModel* deepfd = nullptr);

/// The same without the examination of the data, which others have done already.
RuleReport localise_by_rules_alone(const mapping::Program& program,
                                   const std::map<std::string, std::string>& sources);

/// Findings of their static parts as one ranking, by the shipped weights. `sources`: path -> text.
/// Errors: the same.
RuleReport localise_combined(const mapping::Program& program,
                             const std::map<std::string, std::string>& sources);

/// "line 12: the learning rate 10 is high. Remedy: ..." of each fault that is not suppressed, best
/// first, for prompts and searches.
std::vector<std::string> fault_words(const RuleReport& report);

}  // namespace dlfix::agent
