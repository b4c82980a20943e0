// What a repair would do, without doing it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/workflows/capture_folder.h"
#include "agent/workflows/repair_options.h"

namespace dlfix::agent {

struct DryRun {
  std::string program;
  std::string model;
  std::string metric;
  std::int64_t training_rows = 0, search_rows = 0, final_rows = 0;
  double gflop_per_training = 0;
  double trainings = 0;  ///< of the program, that all phases amount to at most
  double least_seconds = 0, most_seconds = 0;  ///< on this machine's cores
  std::vector<std::string> notes;
};

/// Captures the program (its data code runs) and trains nothing. Errors: as repair().
DryRun plan_repair(const RepairOptions& options, const CaptureFunction& capture,
                   const std::string& directory);

std::string to_text(const DryRun& plan);
nlohmann::json to_document(const DryRun& plan);

}  // namespace dlfix::agent
