// What DeepFD's monitor sees of one training, out of its trace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/localisers/deepfd/quirks.h"
#include "trainer/spec/training.h"

namespace dlfix::eval {

/// After a batch (its loss; the mean metric since the epoch began) or after an epoch. What was not
/// measured is nullopt; what diverged is NaN or infinite.
struct HistoryRecord {
  double loss = 0;
  std::optional<double> acc = std::nullopt;
  std::optional<double> val_loss = std::nullopt;
  std::optional<double> val_acc = std::nullopt;
  bool after_epoch = false;
};

struct GradientFacts {
  std::string weight;  ///< kernel, bias, gamma, ...
  double norm = 0;     ///< L2
  double zeros = 0;    ///< how many entries are exactly 0
  double count = 0;    ///< entries
  bool bad = false;    ///< has an entry that is NaN or infinite
};

struct WeightFacts {
  double mean = 0, deviation = 0;  ///< population
  double min = 0, max = 0;         ///< without NaN
  bool bad = false;
};

struct MonitorCheck {
  bool after_epoch = false;
  std::size_t records = 0;               ///< how many of the history there were, this batch's or
                                         ///< epoch's included
  std::vector<GradientFacts> gradients;  ///< trainable tensors in Keras's order
  std::vector<WeightFacts> weights;
  std::optional<double> curvature = std::nullopt;  ///< where the trace has it and it is finite
  double learning_rate = 0;                        ///< of the epoch
};

struct MonitoredRun {
  std::vector<HistoryRecord> history;
  std::vector<MonitorCheck> checks;  ///< in order
  std::int64_t planned_epochs = 0;   ///< of the configuration
};

/// The trace that a training must have: batches, and checks of weights and gradients on the first
/// rows of a batch after batches 0, 256, 512, ... of every epoch; without the quirk
/// batch_checks_only after every epoch, too.
trainer::TraceSpec deepfd_trace(const DeepFdQuirks& quirks);

/// The program's fit as DeepFD runs it: stops when the validation loss has not improved for three
/// epochs. (On Reuters and IMDB it also caps the batch size at 16; that is left to the caller.)
trainer::FitSpec deepfd_fit(trainer::FitSpec fit);

/// `validated`: fit has validation rows; where not, NaN in epoch records is "not measured".
/// `planned_epochs`: of the configuration.
/// Errors: InputError for a training without a trace, naming a column that it lacks, or when checks
/// and batches do not fit together.
MonitoredRun observe_run(const trainer::TrainingResult& result, bool validated,
                         std::int64_t planned_epochs);

}  // namespace dlfix::eval
