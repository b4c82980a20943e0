// Which targets a loss accepts: the shape rules behind Keras's errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"
#include "trainer/torch/profile.h"

namespace dlfix::trainer {

/// Shapes without the batch dimension; `batches`: the batch sizes that occur.
struct TargetCase {
  std::string loss;
  Shape output;
  Shape target;
  std::vector<std::int64_t> batches;
  bool from_logits = false;  ///< the loss is computed from the logits of the output's activation
};

/// Why Keras would raise when the loss meets this target; nullopt: it would not.
std::optional<std::string> target_problem(const TargetCase& subject, const Profile& profile);

/// Batch sizes of `rows` rows in batches of `batch_size`: the full one and the last one.
std::vector<std::int64_t> batch_sizes(std::int64_t rows, std::int64_t batch_size);

}  // namespace dlfix::trainer
