// A program of a comparison with one drawing of its data.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/compare/compare.h"
#include "agent/workflows/ground_truth.h"
#include "agent/workflows/repair_state.h"

namespace dlfix::agent {

class Drawing {
 public:
  /// Reads the program and its fix. `number`: the program as it is (0), or with its data drawn
  /// anew, differently for every number. Errors: as repair(); InputError for a program that has no
  /// np.random.seed(N) to draw with.
  Drawing(const ComparedProgram& entry, RepairOptions options, RepairEnvironment environment,
          int number);
  Drawing(const Drawing&) = delete;  // its state refers to its environment
  Drawing& operator=(const Drawing&) = delete;

  RepairState& state() { return *state_; }
  const Subject& subject() const { return state_->subject; }
  const std::optional<GroundTruth>& fix() const { return fix_; }
  /// The file that is read.
  const std::string& program() const { return state_->options.program; }
  /// Where its capture is.
  const std::string& directory() const { return environment_.directory; }

 private:
  RepairEnvironment environment_;
  std::unique_ptr<RepairState> state_;
  std::optional<GroundTruth> fix_;
};

/// The study's rows where it is known how it divided them; else what the program's plan says,
/// without dividing anew.
void choose_rows(const ComparedProgram& entry, Subject& subject);

}  // namespace dlfix::agent
