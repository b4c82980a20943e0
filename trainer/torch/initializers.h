// Keras's weight initialisers.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "trainer/spec/model_spec.h"
#include "trainer/torch/philox.h"

namespace dlfix::trainer {

/// Fans of a weight: (in, out) for a matrix, receptive field x channels for a convolution kernel,
/// (n, n) for a vector. Source: keras.initializers, compute_fans.
struct Fans {
  double in = 1;
  double out = 1;
};
Fans fans_of(const Shape& shape);

/// Draws a weight of `shape`. `spec` is `{"class": "glorot_uniform", ...}` or just the name; null
/// is glorot_uniform. Errors: TrainingFailure, kCrash where Keras raises (orthogonal or identity on
/// a vector), kUnsupported for a name that is not known.
std::vector<float> initial_values(const nlohmann::json& spec, const Shape& shape,
                                  PhiloxStream stream);

}  // namespace dlfix::trainer
