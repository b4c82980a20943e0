// What the three readings of DeepFD do differently.
// Cao, Li, Chen, Jiang, Lei, Cheung: DeepFD: Automated Fault Diagnosis and Localization for Deep
// Learning Programs, ICSE 2022; public code ArabelaTso/DeepFD (commit 9fe0895).
#pragma once

#include "eval/repairers/tool_reading.h"

namespace dlfix::eval {

/// Each true for the public code.
struct DeepFdQuirks {
  /// Checks stand after batches only, where nothing is validated: columns that need validation, and
  /// those that compare epochs, never change.
  bool batch_checks_only = false;
  /// The table's header lacks four columns: the first four are lost, every other one is taken for
  /// the one four places before it, and the features are 148 instead of 180.
  bool shifted_features = false;
  /// A counter of dying, vanishing or exploding gradients that first counts after the first check
  /// is text: its statistics are 0, its maximum 0, its minimum 1.
  bool text_counters = false;
  /// Whether the test went bad is seen by the newest pair of epochs alone, not by their streak.
  bool newest_pair_only = false;
  /// Gradients are taken for pairs of kernel and bias; an odd number of them ends the tool.
  bool paired_gradients = false;
  /// Features are scaled by the limits of the runs that are diagnosed.
  bool scaled_by_test_batch = false;
  /// Votes are counted over nine runs.
  bool groups_of_nine = false;
  /// A line is that of the call that has the keyword; what is not written is nowhere.
  bool keyword_lines_only = false;

  /// The loss's curvature is not looked at: it is no part of the tool, and helps where programs
  /// were not learnt from (BENCHMARKS.md).
  bool without_curvature = false;

  bool operator==(const DeepFdQuirks&) const = default;
};

/// kFaithful: all. kStudy: all but groups of nine, as the study counts its 20 runs. kMended: none.
DeepFdQuirks deepfd_quirks(ToolReading reading);

}  // namespace dlfix::eval
