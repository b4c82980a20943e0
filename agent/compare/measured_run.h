// What a comparison keeps of one training on hold-out rows.
#pragma once

#include <vector>

#include "agent/compare/comparison.h"
#include "agent/workflows/subject.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// Trained on the program's rows, measured on those that no search sees. Errors: as
/// Subject::request().
trainer::TrainingRequest hold_out_request(const Subject& subject, const mapping::Config& changes,
                                          int seed);

/// Evenly thinned; the last epoch is always there.
LearningCurve learning_curve(const trainer::TrainingResult& training);

/// What the program as written gets on hold-out rows in each repetition, row by row; empty: not
/// known.
using RowsAsWritten = std::vector<std::vector<float>>;

/// `run`, of that repetition, with the training's value, curve, flips and, where it gave no number,
/// outcome. Errors: as refuse_untrainable().
RunOutcome with_training(RunOutcome run, const trainer::TrainingResult& training,
                         const mapping::Program& program, const RowsAsWritten& as_written,
                         std::size_t repetition);

}  // namespace dlfix::agent
