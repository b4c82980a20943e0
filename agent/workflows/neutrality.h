// Neutrality analysis of a program: other settings that are at least as good as its known fix.
// Source: paper section 4, Algorithm 1.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/output/reporter.h"
#include "agent/workflows/budget.h"
#include "agent/workflows/capture_folder.h"
#include "eval/metrics/scores.h"
#include "eval/truths/neutrality_result.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

struct NeutralityRequest {
  std::string program;
  std::string fix;  ///< fixed program (.py) or config (.json)
  /// Printed: everything on the hold-out rows, values rounded to two decimals, as the study did.
  /// Corrected: searched on the search rows, alternatives measured once more on the final ones.
  eval::Scores scores = eval::Scores::kCorrected;
  /// Of the search; measuring alternatives on final rows comes on top.
  Budget budget{Budget::Unit::kSeconds, 30 * 60, false};
  int seeds = 10;
  int top_k = 5;
  std::uint64_t seed = 0;  ///< every setting is trained with seeds drawn from this number
  bool follow_equal = false;
  bool confirm = true;  ///< measure alternatives on final rows (corrected reading)
  std::string metric;   ///< empty: the program's own
  std::string profile;  ///< empty: as captured
  double parallel = 1;  ///< trainings that run side by side
  /// Names in the order of the neighbours; those that the program lacks are left out. Empty: by
  /// kind, as the study's real faults list them.
  std::vector<std::string> names;
  /// The study's split of the evaluation rows; absent: the halves that `repair` takes.
  struct StudySplit {
    double test_size;
    std::uint32_t seed;
  };
  std::optional<StudySplit> split;
  bool redrawn = false;  ///< every seed draws the program's data anew (redrawn_copy)
};

/// What the analysis stands on. All references must outlive the call.
struct NeutralityEnvironment {
  trainer::Trainer& trainer;  ///< a CachingTrainer where nothing may be paid for twice
  Reporter& reporter;
  const std::atomic<bool>& cancel;
  CaptureFunction capture;
  std::string directory;  ///< captures and scaled arrays go below it
};

struct NeutralityReport {
  eval::NeutralityResult result;
  std::string rows;  ///< which rows measured, in words
  std::string device;
  std::string trainer;
  std::string profile;
  std::vector<std::string> notes;
  double seconds = 0;
  double training_seconds = 0;
  int trainings = 0;
  bool interrupted = false;
};

/// Deterministic given the program, its data, the request and the trainings' results: an
/// interrupted analysis that takes them from the store ends with the same graph. After Ctrl-C the
/// result holds what was found so far.
/// Errors: InputError (the program or the fix cannot be read or trained), EnvironmentError.
NeutralityReport analyse_neutrality(const NeutralityRequest& request,
                                    const NeutralityEnvironment& environment);

}  // namespace dlfix::agent
