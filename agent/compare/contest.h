// One program of a comparison: read, reproduced, and measured under every column.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/compare/compare.h"
#include "agent/compare/search_trace.h"
#include "agent/workflows/ground_truth.h"
#include "agent/workflows/repair_state.h"

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
  Contest(const ComparedProgram& entry, const CompareRequest& request,
          const CompareEnvironment& environment);
  Contest(const Contest&) = delete;
  Contest& operator=(const Contest&) = delete;

  /// Reads the program and its fix. Nothing is trained.
  void read();
  double work() const { return state_->subject.work({}); }
  ProgramComparison& result() { return result_; }
  bool has_fix() const { return fix_.has_value(); }
  const Subject& subject() const { return state_->subject; }
  int trainings() const { return trainings_; }
  const std::string& device() const { return device_; }

  /// How long a training of the program takes here, from a few steps of it.
  TrainingPace measure_pace();
  /// The faulty program and its fix; false when interrupted.
  bool measure_arms();
  /// A search technique or a model's replies; false when interrupted.
  bool measure(const Column& column);

 private:
  RepairOptions options_of(const std::string& technique, std::uint64_t seed) const;
  std::unique_ptr<RepairState> new_state(const std::string& technique, std::uint64_t seed);
  void choose_rows(Subject& subject) const;
  std::optional<RunOutcome> search_once(const Column& column, int repetition);
  bool train_search_result(RunOutcome& run, std::uint64_t seed);
  bool measure_search(ColumnResult& result);
  bool measure_replies(ColumnResult& result);
  bool ask_rounds(PatchSource& source, int refine);
  bool prepare();
  RunOutcome judge_training(RunOutcome run, const trainer::TrainingResult& training) const;
  void account();

  const ComparedProgram& entry_;
  const CompareRequest& request_;
  const CompareEnvironment& environment_;
  std::string directory_;
  SearchTrace trace_;
  RepairEnvironment repair_;
  Bench bench_;
  std::unique_ptr<RepairState> state_;
  std::optional<GroundTruth> fix_;
  ProgramComparison result_;
  int trainings_ = 0;
  std::string device_ = "none";
  bool reproduced_ = false;
};

}  // namespace dlfix::agent
