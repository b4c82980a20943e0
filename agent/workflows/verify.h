// --verify keras: the faulty and the patched program in the user's own Keras.
#pragma once

#include <string>

#include "agent/output/reporter.h"
#include "agent/workflows/repair_report.h"
#include "mapping/program/probe.h"

namespace dlfix::agent {

/// Runs both programs unchanged (the probe's `verify`) and puts Keras's figures beside ours. What
/// cannot be run is a remark in the report, not an error.
void verify_in_keras(RepairReport& report, const mapping::ProbeOptions& probe,
                     const std::string& directory, Reporter& reporter);

}  // namespace dlfix::agent
