// When a training has a problem: AutoTrainer's checks, judged from what was recorded of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "eval/repairers/autotrainer/problem.h"

namespace dlfix::eval::autotrainer {

/// One entry an epoch; accuracies in [0, 1].
struct History {
  std::vector<double> loss, accuracy, validation_loss, validation_accuracy;
  std::size_t epochs() const { return loss.size(); }
};

/// What a check sees at the end of an epoch: gradients of the loss on a fixed batch, and weights.
struct GradientCheck {
  std::int64_t epoch = 0;     ///< counted from 0
  double first_norm = 0;      ///< L2 norm of the first kernel's gradient
  double last_norm = 0;       ///< of the last kernel's
  double zero_share = 0;      ///< of the numbers of all gradients, those that are exactly 0
  bool bad_gradient = false;  ///< NaN or infinite
  bool bad_weight = false;
};

struct MonitorOptions {
  double good_accuracy = 0.6;       ///< the published Theta
  std::int64_t epochs = 1;          ///< of the whole training
  std::size_t fewest_for_slow = 1;  ///< entries before convergence is called slow
  /// A training that ended by itself before its last epoch (EarlyStopping) is judged by those that
  /// it had; the published code waits for epochs that never come.
  bool heeds_own_end = false;
};

struct Detection {
  std::int64_t epoch = 0;  ///< at whose end the training is stopped
  Problem problem = Problem::kSlow;
};

/// Epochs between two checks: they come after epochs 0, 3, 6, ...
inline constexpr std::int64_t kCheckInterval = 3;

/// The first check after which accuracies are judged: three tenths of the epochs are over.
/// The last epoch where no check comes so late.
std::int64_t first_judged_epoch(std::int64_t epochs);

/// Accuracy goes up and down: at least a fifth as many falls of 0.03 from a local maximum to the
/// local minimum of the same rank as there are epochs.
bool oscillates(const std::vector<double>& accuracy);

/// The problem for which the training would have been stopped; nullopt: there was none. `checks` in
/// the order of their epochs. Source: AUTOTRAINER, ICSE 2021, table I, as its published code of
/// March 2021 has it.
std::optional<Detection> detect(const History& history, std::span<const GradientCheck> checks,
                                const MonitorOptions& options);

}  // namespace dlfix::eval::autotrainer
