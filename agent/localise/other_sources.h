// What is no rule of a published tool and is merged with what these say: our own checks, the
// examination of the data, and a model's answers.
#pragma once

#include "agent/localise/finding_replies.h"
#include "agent/localise/rule_localisers.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// Our own checks (eval::run_checks) as the tool "checks". Errors: as eval::run_checks.
ToolReport check_as_tool(const mapping::Program& program);

/// Faults of the captured arrays (eval::examine_data) as the tool "data", most certain first;
/// without a capture it says so in not_checked. Errors: as eval::examine_data.
ToolReport examine_as_tool(const mapping::Program& program);

/// A model's findings as the tool "llm", most votes first; advice names no fault type. The rule is
/// how many replies say it: "7 of 10".
ToolReport replies_as_tool(const mapping::Program& program, const FindingReplies& replies);

}  // namespace dlfix::agent
