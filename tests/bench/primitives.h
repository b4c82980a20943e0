// What the machine's own convolution and matrix product take at a model's shapes: the limit of a
// training that spends its time on nothing else.
#pragma once

#include "trainer/spec/training.h"

namespace dlfix::bench {

/// One step (a batch of `batch` rows, forward and backward) of every Conv2D and Dense of a
/// sequential model, and nothing else. The first layer has no gradient of its input.
struct PrimitiveRate {
  double seconds = 0;  ///< of one step
  double gflop = 0;    ///< of one step
};
PrimitiveRate measure_primitives(const trainer::ModelSpec& model, const trainer::Shape& row,
                                 std::int64_t batch);

/// GFLOP/s of a square matrix product of that size, one thread.
double measure_sgemm(std::int64_t size);
/// GB/s of copying memory (read and written bytes), one thread.
double measure_copy();

}  // namespace dlfix::bench
