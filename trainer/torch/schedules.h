// Keras's learning-rate schedule objects.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace dlfix::trainer {

/// The rate of a step (0, 1, ...). `schedule`: {"class": "exponential_decay", arguments by Keras's
/// names}; also inverse_time_decay, polynomial_decay, piecewise_constant_decay, cosine_decay and
/// cosine_decay_restarts. Source: keras.optimizers.schedules.
/// Errors: TrainingFailure (kUnsupported) for another class, (kCrash) for a missing argument.
double scheduled_rate(const nlohmann::json& schedule, std::int64_t step);

}  // namespace dlfix::trainer
