// "the second convolutional layer", "Dense(10)", "output layer", "line 23" -> layer indexes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/findings/words.h"
#include "trainer/spec/model_spec.h"

namespace dlfix::mapping {

/// Keras layer indexes that an answer about `fault_type` speaks of, ascending. Read are: kinds
/// (convolutional, Dense, LSTM, dropout, hidden, output, ...) with ordinals or in the plural, all
/// layers (except the output), class names with their size, layers with so many units, layers[i],
/// line numbers, and the form "[layer 3, line 27]" in front of the answer (counted from 0); for
/// activations and initialisers also the value that the answer says is used, when the model has it.
/// The first sentence that names a layer counts. An activation that stands in a layer of its own
/// gets that layer's index. Empty: the type has no layer, the answer names none, or more than one
/// could be meant.
std::vector<int> resolve_layers(std::string_view text, const std::vector<Word>& words,
                                const std::string& fault_type, const trainer::ModelSpec& model);

}  // namespace dlfix::mapping
