// What `repair` was asked to do.
#pragma once

#include <string>
#include <vector>

#include "agent/workflows/budget.h"
#include "eval/metrics/scores.h"

namespace dlfix::agent {

struct RepairOptions {
  std::string program;
  std::string technique = "auto";
  std::string tools = "mended";   ///< reading of a published tool: faithful, study, mended
  bool partial_trainings = true;  ///< bohb may train fewer epochs first
  std::string space = "sane";
  Budget budget;
  int seeds = 3;
  int prove_seeds = 10;
  std::vector<std::string> only;
  std::vector<std::string> freeze;
  std::string metric;                       ///< empty: the program's own
  std::string profile;                      ///< empty: as captured
  std::string profile_reason = "as asked";  ///< why that profile
  /// Fixed .py files, config JSON files, results of a neutrality analysis.
  std::vector<std::string> ground_truths;
  eval::Scores scores = eval::Scores::kCorrected;  ///< of IR and AJ
  bool minimise = true;
  int vote = 0;                ///< patches whose majority is measured as well; below 2: none
  bool search_anyway = false;  ///< although the data are certainly at fault
  /// Trainings of the search that have no prospect end early (eval/stopping); a comparison, which
  /// keeps to budgets of whole trainings, has none of it.
  bool give_up = false;
  std::uint64_t seed = 0;   ///< of the search
  double parallel = 1;      ///< trainings that run side by side
  bool slow_start = false;  ///< the trainer spends seconds before a first step (Keras)
};

/// Seeds of the proof begin here; reproduction and search use small ones.
inline constexpr int kFirstProofSeed = 100000;
/// Without --budget no run takes longer.
inline constexpr double kLongestRunSeconds = 30 * 60;
/// Fewer proving seeds cannot reach p < 0.05.
inline constexpr int kFewestProofSeeds = 6;

}  // namespace dlfix::agent
