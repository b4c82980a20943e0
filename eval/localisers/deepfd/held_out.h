// DeepFD judged on versions of programs that it did not learn from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/learning/balanced_accuracy.h"
#include "eval/learning/folds.h"
#include "eval/localisers/deepfd/deepfd_model.h"

namespace dlfix::eval {

/// Which runs are held out together.
enum class HoldOut : std::uint8_t {
  kRows,            ///< single runs at random, as published: only to show what that hides
  kWithinPrograms,  ///< versions, with others of the same program to learn from
  kPrograms,        ///< programs with all their versions
  kDataSets,        ///< data sets with all their programs
};

enum class OffsetRule : std::uint8_t {
  kGiven,    ///< of the options
  kLearned,  ///< by learn_offsets in each training fold; not for kRows
};

struct HeldOutOptions {
  int folds = 10;
  OffsetRule offsets = OffsetRule::kLearned;
  /// Versions drawn to learn from in each fold, so that protocols compare; 0: all.
  std::size_t training_versions = 0;
  std::uint64_t seed = 0;
  DeepFdOptions model = {};
};

/// One prediction for each version; what is judged.
struct HeldOutResult {
  std::vector<FaultBits> predicted;         ///< [version]
  OutputAccuracies accuracies;              ///< of the five labels, over all versions together
  Interval macro_interval;                  ///< 95 %, whole programs drawn
  double detection = 0;                     ///< balanced accuracy of any fault against none
  double mean_reported = 0;                 ///< faults said of a version
  std::size_t least_training_versions = 0;  ///< learnt from in the smallest fold
};

/// Learns in each fold from the versions that it does not hold out, scaling, balance and offsets
/// included, and predicts the others. A surviving mutant is judged as having no fault.
/// Errors: InputError of check_table and of the folds; kLearned with kRows; a data set that is not
/// known with kDataSets.
HeldOutResult judge_held_out(const DeepFdTable& table, HoldOut hold_out,
                             const HeldOutOptions& options);

/// Offsets of nine, in steps of a half, whose union vote has the largest balanced accuracy for each
/// label on versions of held-out programs (three folds) among `versions`; of several the middle
/// one. What cannot be learnt (one program, or no version with or without the fault) stays as in
/// the options.
VoteOffsets learn_offsets(const DeepFdTable& table, const std::vector<std::size_t>& versions,
                          const DeepFdOptions& options);

/// Faults that are always said, whatever the runs: what a judgement has to be better than.
OutputAccuracies constant_answer(const DeepFdTable& table, const FaultBits& said);

/// How well a forest tells the program of a held-out version from its runs (one vote each): mean
/// recall over programs, 1 / programs by chance. High beside a low judgement on held-out programs:
/// the features say more of programs than of faults. Errors: InputError of check_table and for
/// fewer than two programs.
double program_recall(const DeepFdTable& table, const HeldOutOptions& options);

/// The table with the features alone whose name contains one of `parts` ("loss", "gradient"): what
/// a group of features is worth. Errors: InputError when none does.
DeepFdTable with_features(const DeepFdTable& table, const std::vector<std::string>& parts);

}  // namespace dlfix::eval
