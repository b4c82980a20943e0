// What commands share that retrain the study's programs: run store, workers, captures, progress.
#pragma once

#include <memory>
#include <string>

#include "agent/cli/command_line.h"
#include "agent/cli/resources.h"
#include "agent/commands/common_options.h"
#include "agent/commands/workers.h"
#include "agent/output/progress.h"
#include "agent/store/caching_trainer.h"
#include "agent/workflows/capture_folder.h"

namespace dlfix::agent {

/// What a user gives.
struct StudyOptions {
  std::string directory;  ///< with the study's data
  ReadingOptions reading;
  std::string store;
  TrainerChoice trainer;
  bool quiet = false;
};

/// `about`: the positional argument's help.
void add_study_options(CLI::App& app, StudyOptions& options, const std::string& about);

/// Where data sets lie: as the user says, else in the study's layout beside its folder; empty where
/// there is none.
std::string study_data_directory(const ReadingOptions& reading, const std::string& study);

/// Lives as long as its command trains.
class StudySession {
 public:
  /// Errors: EnvironmentError (store, Keras).
  StudySession(StudyOptions options, const CommandContext& context);
  StudySession(const StudySession&) = delete;
  StudySession& operator=(const StudySession&) = delete;

  trainer::Trainer& trainer() { return *caching_; }
  Reporter& reporter() { return *reporter_; }
  const CaptureFunction& capture() const { return capture_; }
  std::string benchmark() const { return resources_.home + "/data/benchmark"; }
  const std::string& scratch() const { return folder_.path(); }
  const Workers& workers() const { return workers_; }
  /// What was captured is not needed any more.
  void finish() { folder_.remove(); }

 private:
  StudyOptions options_;
  const CommandContext& context_;
  Resources resources_;
  Store store_;
  CaptureFolder folder_;
  Workers workers_;
  std::unique_ptr<CachingTrainer> caching_;
  std::unique_ptr<Reporter> reporter_;
  CaptureFunction capture_;
};

}  // namespace dlfix::agent
