// Trainings and tables made by hand.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eval/localisers/deepfd/run_history.h"
#include "eval/localisers/deepfd/training_table.h"

namespace dlfix::eval::testing {

/// `epochs` epochs of `batches` batches that learn well: losses fall, accuracies rise from 0.5 by
/// 0.02 an epoch, validation a little behind; kernel and bias of two layers, checked as the quirks
/// say, whose weights move a little at each check.
trainer::TrainingResult good_training(int epochs, int batches, const DeepFdQuirks& quirks);

/// Sets a statistic of a tensor from a check on.
void set_statistic(trainer::TrainingResult& training, const std::string& column, std::size_t check,
                   double value);

/// A table of features "a", "b", ...: `runs` runs of each version about a centre.
struct TableMaker {
  DeepFdTable table;
  std::uint64_t seed = 1;

  explicit TableMaker(std::size_t features);
  /// Adds a version whose runs lie within `spread` of `centre`.
  void add(const std::string& program, const std::string& version, const FaultBits& faults,
           const std::vector<double>& centre, int runs = 6, double spread = 0.05);
};

/// Programs "p0" to ..., each with an original and one mutant of each fault; the feature of a fault
/// is 1 in all programs where the fault is there. `shift`: how far programs lie apart in one more
/// feature.
DeepFdTable clear_table(int programs, double shift = 0, int mutants = 1);

}  // namespace dlfix::eval::testing
