// Runs the localisers that need no model: rules over the program, and over watched trainings.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/localisers/deepfd/deepfd_model.h"
#include "eval/localisers/deepfd/run_history.h"
#include "eval/localisers/rule_finding.h"
#include "eval/repairers/tool_reading.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

struct RuleOptions {
  std::vector<std::string> tools;  ///< names of rule_tools()
  eval::ToolReading reading = eval::ToolReading::kMended;
  /// What deepfd has learnt, in that reading; nullptr: deepfd is left out.
  const eval::DeepFdModel* deepfd = nullptr;
};

/// What was seen of trainings of a program.
struct WatchedRuns {
  std::vector<trainer::TrainingResult> plain;     ///< as it is, with trace_for()
  std::vector<eval::MonitoredRun> monitored;      ///< as DeepFD trains it
  std::vector<trainer::TrainingResult> by_batch;  ///< its first batches, for DeepLocalize
  std::string failure;                            ///< why others were not seen; empty: all were
};

/// neuralint, umlaut, deepdiagnosis, deepfd, deeplocalize.
const std::vector<std::string>& rule_tools();

/// Whether a tool can say anything without a training.
bool is_static_tool(const std::string& tool);
/// Tools that combined merges: all but deeplocalize, which names no fault.
const std::vector<std::string>& combined_tools();
/// Whether a tool looks at whole trainings of the program as it is.
bool looks_at_plain_trainings(const std::string& tool);

struct ToolReport {
  std::string tool;
  eval::Localisation found;
  int trainings = 0;  ///< watched ones
};

/// What a training must be watched for so that the dynamic tools among `options` can judge it.
trainer::TraceSpec trace_for(const mapping::Program& program, const RuleOptions& options);

/// One report a tool. Without trainings that it looks at a tool's static part alone, and a tool
/// without such a part is left out. Of several trainings the most frequent findings are reported.
/// Errors: as the captured arrays cannot be read; InputError where deepfd's model is of another
/// reading.
std::vector<ToolReport> run_rule_localisers(const mapping::Program& program,
                                            const WatchedRuns& watched, const RuleOptions& options);

}  // namespace dlfix::agent
