// From predictions of single runs to what a program is said to have.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "eval/learning/labelled_rows.h"

namespace dlfix::eval {

/// opt, lr, act, loss, epoch.
constexpr std::size_t kDeepFdLabels = 5;
/// One 0 or 1 for each of seeded_types().
using FaultBits = std::array<int, kDeepFdLabels>;

/// In how many of a program's runs each classifier saw each fault.
struct RunVotes {
  std::vector<FaultBits> positives;  ///< [classifier][label]: counts
  int runs = 0;
};

/// How many positive runs of nine are taken for the bias of the training set.
using VoteOffsets = std::array<double, kDeepFdLabels>;

/// The public code's: 0, 2, 3, 6, 5.
constexpr VoteOffsets kPublishedOffsets = {0, 2, 3, 6, 5};
/// One positive run is enough.
constexpr VoteOffsets kNoOffsets = {0, 0, 0, 0, 0};
/// More than half of the runs.
constexpr VoteOffsets kMajorityOffsets = {4.5, 4.5, 4.5, 4.5, 4.5};

/// Faults that one classifier at least sees in more than offset * runs / 9 of the runs.
/// Errors: InputError for no runs, or counts beyond them.
FaultBits voted_faults(const RunVotes& votes, const VoteOffsets& offsets);

/// Counts the predictions of one classifier after another. `predicted`: [classifier][run].
RunVotes count_votes(const std::vector<std::vector<LabelRow>>& predicted);

/// "opt": as the tool names a fault; "OCH": as the catalogue does. Requires: label < 5.
const std::string& deepfd_label(std::size_t label);
const std::string& deepfd_fault_type(std::size_t label);

}  // namespace dlfix::eval
