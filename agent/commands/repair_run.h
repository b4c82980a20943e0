// One repair in the run store: its record, its captures, and how it ends.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "agent/commands/common_options.h"
#include "agent/commands/repair_options_parser.h"
#include "agent/store/store.h"
#include "agent/workflows/capture_folder.h"

namespace dlfix::agent {

/// Opens the store, goes on with the captures of an interrupted run of the same program text,
/// arguments and folder (unless --fresh), and records the run.
class RepairRun {
 public:
  /// Errors: InputError (no such program), EnvironmentError (store).
  RepairRun(const RepairCommand& command, const CommandContext& context,
            const Resources& resources);
  /// A run that was not finished is kept as interrupted (after Ctrl-C) or failed, to be resumed.
  ~RepairRun();
  RepairRun(const RepairRun&) = delete;
  RepairRun& operator=(const RepairRun&) = delete;

  Store& store() { return store_; }
  const mapping::ProbeOptions& probe() const { return probe_; }
  const std::string& directory() const { return folder_.path(); }
  /// Records outcome and result. Captures go, unless the run was interrupted.
  void finish(const std::string& outcome, const nlohmann::json& result);
  /// The program cannot be read or trained: there is nothing to resume.
  void discard() { folder_.remove(); }

 private:
  Store store_;
  std::string identity_;
  CaptureFolder folder_;
  mapping::ProbeOptions probe_;
  std::int64_t id_ = 0;
  bool dry_run_ = false;
  bool finished_ = false;
};

}  // namespace dlfix::agent
