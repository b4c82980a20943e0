// Runs a comparison. All trainings and replies go through the run store, so that an interrupted
// comparison goes on where it was, and shards of several machines become one by `store merge`.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/compare/comparison.h"
#include "agent/compare/shards.h"
#include "agent/output/reporter.h"
#include "agent/prompting/patch_source.h"
#include "agent/workflows/budget.h"
#include "agent/workflows/capture_folder.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// A program to compare on.
struct ComparedProgram {
  std::string name;
  std::string program;
  std::string fix;  ///< fixed program (.py) or config (.json); empty: none is known
  std::string profile;
  std::string metric;     ///< empty: the program's own
  std::string data_kind;  ///< of a benchmark program
  /// The study's split of the evaluation rows (searches see the larger part); absent: halves.
  struct StudySplit {
    double test_size;
    std::uint32_t seed;
  };
  std::optional<StudySplit> split;
  /// Every repetition has its own drawing of the data: its training of the program and of the fix,
  /// its search or reply.
  bool redrawn = false;
  /// Other ground truths that patches are compared with; shown as a graph.
  std::optional<eval::NeutralityResult> neutrality = {};
  std::string neutrality_file = {};  ///< where it is from
};

struct CompareRequest {
  std::vector<ComparedProgram> programs;
  std::vector<Column> columns;
  std::vector<std::string> localisers = {};  ///< that need no model: "umlaut", "umlaut-study"
  int repetitions = 10;  ///< searches of a technique; seeds of the faulty program and its fix
  Budget budget{Budget::Unit::kFaultyTrainings, 20, true};  ///< of one search
  /// Smaller budgets of the same unit (not of seconds), ascending: each search is judged as if it
  /// had been cut off there as well.
  std::vector<double> cuts = {};
  std::string space = "sane";
  eval::Scores scores = eval::Scores::kCorrected;
  bool config_seeds = true;  ///< train every distinct config of a model with all seeds as well
  Shard shard;
  double parallel = 1;      ///< trainings that run side by side
  bool slow_start = false;  ///< the trainer spends seconds before a first step (Keras)
};

struct CompareEnvironment {
  trainer::Trainer& trainer;  ///< a CachingTrainer
  Reporter& reporter;
  const std::atomic<bool>& cancel;
  CaptureFunction capture;
  std::string directory;
  /// The replies of an `llm` column to a program.
  std::function<std::unique_ptr<PatchSource>(const Column& column, const ComparedProgram& program)>
      model;
};

/// A comparison that nothing was measured for yet.
Comparison empty_comparison(const CompareRequest& request);

/// Search techniques: each repetition is a search with its own seed on the search rows; its patch
/// is trained once more and measured on hold-out rows. Models: each reply is trained once (seed:
/// its index) and measured on hold-out rows, nothing is selected (Table 9's rule). A column that
/// asks again has its replies' configs measured on search rows for the next question; its runs are
/// the replies to the last. A program that cannot be read or trained, and a column that has nothing
/// for a program (recordings without it), are noted and left out, unless there is nothing else.
/// Errors: as repair().
Comparison compare(const CompareRequest& request, const CompareEnvironment& environment);

/// What it would train and ask, before anything is but a few steps to see how long things take.
struct ComparePlan {
  struct Line {
    std::string program;
    std::string data_kind;
    std::string column;
    double trainings = 0;  ///< of the faulty program, at most
    double gflop = 0;
    int shard = 1;
    /// On this machine; absent: it could not be measured.
    std::optional<double> least_seconds = {}, most_seconds = {};
    std::int64_t requests = 0;        ///< to a model; recordings: none
    std::int64_t tokens = 0;          ///< sent and received
    std::optional<double> usd = 0.0;  ///< absent: the price is not known
    /// Questions to a model more.
    void add(const providers::CostEstimate& estimate);
  };
  std::vector<Line> lines;
  std::vector<std::string> announcements;  ///< requests, tokens and cost of models
  std::vector<std::string> notes;
};
ComparePlan plan_comparison(const CompareRequest& request, const CompareEnvironment& environment);
nlohmann::ordered_json to_json(const ComparePlan& plan);
std::string to_text(const ComparePlan& plan);

}  // namespace dlfix::agent
