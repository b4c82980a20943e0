// How the probe is called: its environment and its answers.
#pragma once

#include <string>
#include <vector>

#include "mapping/program/probe.h"
#include "trainer/support/subprocess.h"

namespace dlfix::mapping {

/// Options to run `python -m dlfix_probe arguments...`, with the probe on PYTHONPATH and no
/// bytecode written. The time limit leaves the probe a margin to report its own.
support::ProcessOptions probe_process(const std::string& python,
                                      const std::vector<std::string>& arguments,
                                      const ProbeOptions& options);

/// Runs the probe and returns its document. Errors: as inspect_program.
nlohmann::json run_probe(const std::string& python, const std::vector<std::string>& arguments,
                         const ProbeOptions& options);

}  // namespace dlfix::mapping
