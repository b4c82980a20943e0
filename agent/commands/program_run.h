// One run over a program in the run store: its record, its captures, and how it ends.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/commands/common_options.h"
#include "agent/store/store.h"
#include "agent/workflows/capture_folder.h"

namespace dlfix::agent {

/// What a run is about.
struct RunRequest {
  std::string command;  ///< "repair"
  std::string store;
  ReadingOptions reading;
  std::vector<std::string> other_programs;  ///< read as well: ground truths
  bool fresh = false;                       ///< do not go on with an interrupted run
  bool recorded = true;                     ///< false: leaves nothing behind (--dry-run)
};

/// Opens the store, goes on with the captures of an interrupted run of the same command, program
/// text, arguments and folder (unless `fresh`), and records the run.
class ProgramRun {
 public:
  /// Errors: InputError (no such program), EnvironmentError (store).
  ProgramRun(const RunRequest& request, const CommandContext& context, const Resources& resources);
  /// A run that was not finished is kept as interrupted (after Ctrl-C) or failed, to be resumed.
  ~ProgramRun();
  ProgramRun(const ProgramRun&) = delete;
  ProgramRun& operator=(const ProgramRun&) = delete;

  Store& store() { return store_; }
  const mapping::ProbeOptions& probe() const { return probe_; }
  const std::string& directory() const { return folder_.path(); }
  /// Reads a program with this run's way of reading. Holds a reference to the run.
  CaptureFunction capture() const;
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
  bool recorded_ = true;
  bool finished_ = false;
};

}  // namespace dlfix::agent
