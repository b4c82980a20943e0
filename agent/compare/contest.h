// One program of a comparison: read, reproduced, and measured under every column.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/compare/compare.h"
#include "agent/compare/drawing.h"
#include "agent/compare/reply_runs.h"
#include "agent/compare/training_batch.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {

inline constexpr int kReproductionSeeds = 3;  ///< trainings of the program before a search

/// Seconds of one training of a program on the whole machine.
struct TrainingPace {
  double least = 0;  ///< all trainings in batches of ten
  double most = 0;   ///< each on its own
};

/// A program, read and reproduced, ready for its columns.
class Contest {
 public:
  /// Hears that a column cannot be had for this program, and why.
  using LeaveOut = std::function<void(const std::string& column, const support::InputError& error)>;

  Contest(const ComparedProgram& entry, const CompareRequest& request,
          const CompareEnvironment& environment);
  Contest(const Contest&) = delete;
  Contest& operator=(const Contest&) = delete;

  /// Reads the program and its fix, as often as its data are drawn. Nothing is trained.
  void read();
  double work() const { return subject().work({}); }
  ProgramComparison& result() { return result_; }
  bool has_fix() const { return drawings_.front()->fix().has_value(); }
  /// The column's name; -1: what the faulty program and its fix are called.
  std::string column_name(int column) const;
  const Subject& subject() const { return drawings_.front()->subject(); }
  /// Each search counts those of the program as written for itself.
  int trainings() const { return bench_.trainings() + searched_; }
  const std::string& device() const { return bench_.device(); }

  /// How long a training of the program takes here, from a few steps of it.
  TrainingPace measure_pace();
  /// Measures some of the request's columns (-1: the faulty program and its fix): first what is
  /// known before anything is trained, in one batch, then one search column after the other, each
  /// column's searches at the same time. False when interrupted; what is whole by then is in the
  /// result.
  bool measure(const std::vector<int>& columns, const LeaveOut& leave_out);

 private:
  /// The faulty program's trainings and its fix's.
  struct Arms {
    std::vector<std::size_t> faulty, fix;
  };

  RepairOptions options_of(const std::string& technique, std::uint64_t seed) const;
  const Drawing& drawing(int repetition) const;
  Arms add_arms(TrainingBatch& batch) const;
  std::optional<std::vector<double>> values(const std::vector<std::size_t>& places,
                                            const TrainingBatch& batch) const;
  void take_arms(const Arms& arms, const TrainingBatch& batch);
  bool measure_known(const std::vector<int>& columns, const LeaveOut& leave_out);
  std::optional<ReplyRuns> ask(const Column& column, TrainingBatch& batch);
  bool ask_rounds(PatchSource& source, int refine);
  bool prepare();
  std::optional<std::vector<RunOutcome>> search(const Column& column, int first, int count);
  bool train_patches(std::vector<RunOutcome>& runs, int first);
  bool measure_search(const Column& column);

  const ComparedProgram& entry_;
  const CompareRequest& request_;
  const CompareEnvironment& environment_;
  RepairEnvironment repair_;
  SilentReporter silent_;  ///< further drawings say what the first says
  Bench bench_;
  std::vector<std::unique_ptr<Drawing>> drawings_;  ///< one, or one for each repetition
  ProgramComparison result_;
  RowsAsWritten as_written_;
  int searched_ = 0;  ///< trainings of searches
  bool reproduced_ = false;
};

}  // namespace dlfix::agent
