// DeepDiagnosis: the first symptom of a training and a fix derived from it.
// Wardat, Dantas Cruz, Le, Rajan: DeepDiagnosis: Automatically Diagnosing Faults and Recommending
// Actionable Fixes in Deep Learning Programs, ICSE 2022; public code DeepDiagnosis/ICSE2022.
#pragma once

#include <string>
#include <vector>

#include "eval/localisers/deepdiagnosis/observations.h"
#include "eval/localisers/rule_finding.h"
#include "eval/repairers/tool_reading.h"

namespace dlfix::eval {

/// One training's epochs.
struct DeepDiagnosisInput {
  std::vector<EpochObservation> epochs;
  DataRanges ranges;
  std::int64_t planned_epochs = 0;  ///< of the program
  double learning_rate = 0;
};

/// kFaithful: the public code, which stops at the first symptom; where it crashes, not_applicable
/// says why. kStudy: with the study's filter on softmax advice. kMended: activations are seen
/// wherever they stand, learning-rate ratios are per kernel, and all symptoms of the first epoch
/// that has one are reported.
Localisation run_deepdiagnosis(const mapping::Program& program, const DeepDiagnosisInput& input,
                               ToolReading reading);

/// What the study reports of several runs: the one whose labels are most frequent (the first among
/// equals). `runs` is not empty.
Localisation most_frequent(const std::vector<Localisation>& runs);

}  // namespace dlfix::eval
