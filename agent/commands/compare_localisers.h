// Localisers that need no model, as columns of a comparison.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/cli/resources.h"
#include "agent/commands/compare_models.h"
#include "agent/commands/workers.h"
#include "agent/compare/localising.h"
#include "agent/localise/evaluation.h"
#include "agent/store/caching_trainer.h"

namespace dlfix::agent {

/// A localiser in a reading: a column "umlaut" or "umlaut-study".
struct ComparedLocaliser {
  std::string tool;
  eval::ToolReading reading = eval::ToolReading::kMended;
};

/// Reads a column's name; the mended reading has none. Errors: InputError with the names there are.
ComparedLocaliser parse_localiser(const std::string& name);
std::vector<std::string> localiser_names();
/// Whether it trains the program: deepdiagnosis and deepfd always, umlaut and combined if
/// `dynamic`.
bool watches_trainings(const ComparedLocaliser& localiser, bool dynamic);

struct LocaliserSetting {
  const Resources& resources;
  Store& store;
  Reporter& reporter;
  const TrainerChoice& trainer;
  std::string python;    ///< of the trainer in the user's Keras
  int seeds = 3;         ///< watched trainings
  bool dynamic = false;  ///< umlaut and combined look at trainings, too
};

/// Runs localisers on programs; trainings go through the run store.
class LocaliserRuns {
 public:
  explicit LocaliserRuns(const LocaliserSetting& setting);

  /// `scratch`: a folder for the program's captures, which are made once. The seconds are of
  /// reading the program, of what the tool does and of its trainings, when each was made. Errors:
  /// as judge_program.
  ToolAnswer run(const std::string& column, const ComparedProgram& entry, const AskedProgram& asked,
                 const std::string& scratch);

 private:
  struct Read {
    std::optional<mapping::Program> captured;  ///< absent: its data code did not run
    std::string problem;
    double seconds = 0;
  };
  const Read& read(const ComparedProgram& entry, const AskedProgram& asked,
                   const std::string& scratch);
  KnownProgram known(const ComparedProgram& entry) const;
  const eval::DeepFdModel* deepfd(eval::ToolReading reading);

  LocaliserSetting setting_;
  std::vector<KnownProgram> known_;
  std::optional<Workers> workers_;  ///< started when first needed
  std::unique_ptr<CachingTrainer> trainer_;
  std::map<std::string, Read> programs_;
  std::map<eval::ToolReading, eval::DeepFdModel> deepfd_;
};

}  // namespace dlfix::agent
