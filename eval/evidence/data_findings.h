// Faults that lie in the data and that no hyperparameter reaches, found from the captured arrays.
#pragma once

#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

struct DataFinding {
  std::string code;        ///< labels_scaled, labels_constant, out_of_step, ...; see examine_data
  std::string fault_type;  ///< CPP, TLQ or LCH
  bool outside_config = false;  ///< no change of a hyperparameter mends it
  double certainty = 0;         ///< 0 to 1
  std::string message;
  std::string remedy;
  mapping::SourceLine line;  ///< the statement that most likely does it; line 0: not known
};

/// Examines the arrays given to fit and to the last evaluate (or validation_data). Codes:
/// not_finite, rows_differ, labels_scaled, labels_constant, labels_out_of_range, labels_form,
/// classes_missing, evaluation_labels_scaled, out_of_step, evaluation_out_of_step, train_is_test,
/// leakage, inputs_scaled_apart, inputs_unscaled, imbalance. Most certain first, those outside the
/// config before the others. Large arrays are sampled by rows, so that the time stays bounded.
/// Nothing when the program was not captured. Errors: as support::NpyArray::open.
std::vector<DataFinding> examine_data(const mapping::Program& program);

/// Symptom: a training feature's mean or standard deviation is above 10, and the model neither
/// embeds nor normalises its inputs first.
bool inputs_unscaled(const mapping::Program& program);

}  // namespace dlfix::eval
