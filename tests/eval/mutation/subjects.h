// Programs to put faults into.
#pragma once

#include "mapping/program/program.h"

namespace dlfix::eval::testing {

/// MNIST as DeepCrime has it: 0 Conv 32 relu, 1 Conv 64 relu, 2 MaxPool, 3 Dropout .25, 4 Flatten,
/// 5 Dense 128 relu, 6 Dropout .5, 7 Dense 10 softmax; Adadelta at 1.0, batches of 128, 12 epochs.
/// Everything but biases and the second convolution is a hyperparameter that can be edited.
mapping::Program mnist();

/// Dense 8, linear, then Dense 1; mean squared error, Adam by its name alone, 5 epochs.
mapping::Program regression();

}  // namespace dlfix::eval::testing
