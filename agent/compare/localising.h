// Runs the localisation part of a comparison. Replies go through the run store.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "agent/compare/compare.h"
#include "agent/compare/localisation.h"

namespace dlfix::agent {

/// What a localiser that needs no model says of a program.
struct ToolAnswer {
  eval::FaultLabels labels;
  int findings = 0;
  double seconds = 0;  ///< reading, looking and training
  std::string note;    ///< empty: nothing to say
};

struct LocalisingEnvironment {
  Reporter& reporter;
  const std::atomic<bool>& cancel;
  /// The program as its text alone shows it.
  std::function<mapping::Program(const ComparedProgram& program)> inspect;
  std::function<KnownFaults(const ComparedProgram& program, const mapping::Program& text)> known;
  std::function<FindingReplies(const Column& column, const ComparedProgram& program,
                               const mapping::Program& text)>
      ask;
  /// The same, asking nothing. Errors: as `ask`, before it asks.
  std::function<Forecast(const Column& column, const ComparedProgram& program,
                         const mapping::Program& text)>
      foresee;
  /// A localiser that needs no model.
  std::function<ToolAnswer(const std::string& localiser, const ComparedProgram& program)> run;
  /// Trainings that it would watch.
  std::function<int(const std::string& localiser)> trainings;
};

/// Asks every column of replies (`llm`) and every localiser about every program; search techniques
/// are passed over. Of
/// a shard, its part of the cells. What cannot be asked is noted and left out, unless there is
/// nothing else. Errors: as the environment's functions, for the only cell.
Localisation localise_programs(const CompareRequest& request,
                               const LocalisingEnvironment& environment,
                               std::vector<std::string>& notes);

/// Adds to the plan what localise_programs() would ask; nothing is asked or trained.
void plan_localisation(const CompareRequest& request, const LocalisingEnvironment& environment,
                       ComparePlan& plan);

}  // namespace dlfix::agent
