// The single checks behind examine_data; each appends what it finds.
#pragma once

#include <vector>

#include "eval/evidence/data_findings.h"
#include "eval/evidence/data_view.h"

namespace dlfix::eval {

/// NaN or infinity in inputs or labels of either side; row counts that differ.
void check_sound(const DataView& view, std::vector<DataFinding>& findings);

/// Class numbers that were divided or multiplied; labels of one value only; class numbers beyond
/// the output width; labels whose form does not fit the loss.
void check_labels(const DataView& view, std::vector<DataFinding>& findings);
/// Classes that evaluation has and training lacks or hardly has; extreme imbalance; labels of both
/// sides on different scales.
void check_label_shares(const DataView& view, std::vector<DataFinding>& findings);

/// Labels of one side that do not depend on its inputs while the other side's do; without such a
/// contrast, neither depends and the source reorders only one of the two arrays.
void check_step(const DataView& view, std::vector<DataFinding>& findings);

/// Evaluation rows that are training rows.
void check_leakage(const DataView& view, std::vector<DataFinding>& findings);

/// Inputs far from zero; inputs of both sides on different scales.
void check_inputs(const DataView& view, std::vector<DataFinding>& findings);

/// Whether the model itself scales or embeds what it is given.
bool first_layer_adapts(const mapping::Program& program);
/// A feature's mean or standard deviation is above 10.
bool far_from_zero(const DataSide& side);

}  // namespace dlfix::eval
