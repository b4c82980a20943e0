// One replica's weights as values: out of a group, and into one.
#pragma once

#include <vector>

#include "trainer/spec/weights_file.h"
#include "trainer/torch/network.h"

namespace dlfix::trainer {

/// All weights, moving statistics too, of one replica, in the order of Keras's layers.
std::vector<NamedWeight> weights_of(const Network& network, const Weights& weights,
                                    std::int64_t replica);

/// Puts a file's numbers in the places of one replica that `start` names.
/// Errors: TrainingFailure (kCrash) naming the layer whose weights are not in the file or have
/// another shape there; support::InputError for the file.
void take_weights(const Network& network, Weights& weights, std::int64_t replica,
                  const StartingWeights& start);

}  // namespace dlfix::trainer
