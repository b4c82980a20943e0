// Counted work of a training: the unit that budgets are charged in.
#pragma once

#include <cstdint>

#include "trainer/spec/model_spec.h"

namespace dlfix::trainer {

/// Trainable parameters and multiply-adds of one forward pass of one row.
struct ModelSize {
  double parameters = 0;
  double multiply_adds = 0;
};

/// Size of a model from its layers and input shapes. Layers it does not know count as zero.
ModelSize model_size(const ModelSpec& model);

/// GFLOP of a whole fit on `rows` rows, of which validation_split takes its part away: epochs x
/// (rows x 6 multiply-adds + steps x (12 x parameters + overhead)), where the overhead (2e6 FLOP)
/// stands for the cost of dispatching one step of a tiny model. Deterministic and independent of
/// machine and company, so that a search charged by it is reproducible (DESIGN.md, --budget).
double training_work(const ModelSpec& model, const FitSpec& fit, std::int64_t rows);

}  // namespace dlfix::trainer
