// What a repair would do, without doing it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/workflows/repair.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

struct DryRun {
  std::string program;
  std::string model;
  std::string metric;
  std::int64_t training_rows = 0, search_rows = 0, final_rows = 0;
  double gflop_per_training = 0;
  double trainings = 0;  ///< of the program, that all phases amount to at most
  /// On this machine: with all trainings in batches of ten, and with each on its own.
  double least_seconds = 0, most_seconds = 0;
  mapping::Program subject;      ///< as captured
  std::vector<std::string> llm;  ///< what asking models would send and cost, per endpoint
  std::vector<std::string> notes;
};

/// Captures the program (its data code runs) and trains it for a few steps to see how long things
/// take. Errors: as repair(), a layer that the trainer does not have among them.
DryRun plan_repair(const RepairOptions& options, const RepairEnvironment& environment);

std::string to_text(const DryRun& plan);
nlohmann::json to_document(const DryRun& plan);

}  // namespace dlfix::agent
