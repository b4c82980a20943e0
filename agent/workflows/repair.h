// The main job: capture, reproduce, search, minimise, prove.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "agent/output/reporter.h"
#include "agent/workflows/capture_folder.h"
#include "agent/workflows/repair_options.h"
#include "agent/workflows/repair_report.h"
#include "eval/repairers/repairer.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// What a repair stands on. All references must outlive the call.
struct RepairEnvironment {
  trainer::Trainer& trainer;  ///< a CachingTrainer where nothing may be paid for twice
  Reporter& reporter;
  const std::atomic<bool>& cancel;
  CaptureFunction capture;
  std::function<std::unique_ptr<eval::Repairer>(const std::string& technique)> make_repairer;
  std::string directory;  ///< captures and scaled arrays go below it
};

/// Repairs a program. Deterministic given the program, its data, the options and the trainings'
/// results: a run that takes its trainings from the store ends with the same report.
/// After Ctrl-C (`cancel`) the report holds what was found so far; its outcome is "interrupted".
/// Errors: InputError (the program cannot be read or trained, an option names nothing),
/// EnvironmentError (no interpreter, no trainer, disk).
RepairReport repair(const RepairOptions& options, const RepairEnvironment& environment);

}  // namespace dlfix::agent
