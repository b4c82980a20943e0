// Runs the localisers that need no model: rules over the program, and over watched trainings.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/localisers/rule_finding.h"
#include "eval/repairers/tool_reading.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

struct RuleOptions {
  std::vector<std::string> tools;  ///< names of rule_tools()
  eval::ToolReading reading = eval::ToolReading::kMended;
};

/// neuralint, umlaut, deepdiagnosis.
const std::vector<std::string>& rule_tools();

/// Whether a tool can say anything without a training.
bool is_static_tool(const std::string& tool);

struct ToolReport {
  std::string tool;
  eval::Localisation found;
  int trainings = 0;  ///< watched ones
};

/// What a training must be watched for so that the dynamic tools among `options` can judge it.
trainer::TraceSpec trace_for(const mapping::Program& program, const RuleOptions& options);

/// One report a tool. `trainings`: of the program as it is, with trace_for(); none: static parts
/// alone, and tools without such a part are left out. Of several trainings the most frequent
/// findings are reported. Errors: as the captured arrays cannot be read.
std::vector<ToolReport> run_rule_localisers(const mapping::Program& program,
                                            std::span<const trainer::TrainingResult> trainings,
                                            const RuleOptions& options);

}  // namespace dlfix::agent
