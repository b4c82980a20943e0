// What a repair found: the value that the terminal output and --json are made of.
#pragma once

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/llm/reply_result.h"
#include "agent/workflows/trial.h"
#include "eval/metrics/flips.h"
#include "eval/metrics/proof.h"
#include "eval/metrics/scores.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// One program measured over several seeds.
struct Arm {
  std::string name;
  std::vector<double> values;  ///< metric per seed; NaN: crashed or diverged
  double mean = std::nan("");  ///< diverged seeds as the worst case (eval/metrics/proof.h)
  double deviation = std::nan("");
  double training_seconds = 0;  ///< mean of one training
  std::vector<std::string> failures;
  std::vector<trainer::TrainingResult> results;
};

/// How the program as written does, on the search rows.
struct Reproduction {
  Arm arm;
  std::vector<std::string> symptoms;  ///< sentences
  std::string baseline;               ///< sentence about the constant predictor
  double baseline_value = std::nan("");
};

struct Change {
  std::string hyperparameter;
  std::string fault_type;
  std::string file;
  int line = 0;
  nlohmann::json from;
  nlohmann::json to;
  std::string sentence;  ///< what it does, in plain words
  std::string reason;    ///< what was measured for it
};

/// A finding of the data examination.
struct DataNote {
  std::string code;
  std::string message;
  std::string remedy;
  std::string file;
  int line = 0;
  bool outside_config = false;
  bool certain = false;
};

struct VerifyFigures {
  std::string program;  ///< faulty or patched
  double ours = std::nan("");
  double ours_deviation = std::nan("");
  double keras = std::nan("");
  std::string remark;
};

struct RepairCost {
  double seconds = 0;           ///< of the whole run by the clock
  double training_seconds = 0;  ///< of the trainings, in sum
  int trainings = 0;            ///< the result rests on these
  int stored_trainings = 0;     ///< of them taken from the run store
  int requests = 0;             ///< replies of a provider that the result rests on
  int stored_replies = 0;       ///< of them taken from the run store
  std::int64_t tokens = 0;
  std::optional<double> usd;  ///< absent: price not known
};

/// The ground truth that a patch comes closest to (asymmetric Jaccard), of all that are known.
struct ClosestTruth {
  std::string name;
  int of = 0;  ///< ground truths
  double jaccard = 0;
  std::optional<double> ir;            ///< the patch's improvement rate against this one
  std::vector<std::string> differing;  ///< hyperparameters in which the patch has another value
};

/// The class that most of several patches say, each trained as in the proof.
struct Vote {
  std::vector<mapping::Config> patches;  ///< the patch first
  Arm arm;                               ///< share of rows that the majority gets right, per seed
  std::optional<eval::Flips> flips;      ///< against the faulty program
};

struct RepairReport {
  std::string outcome;
  std::string verdict;  ///< the outcome in a sentence
  std::string program;
  std::string technique;
  std::string prompting;  ///< "assist", "paper, sent", ...: how a model was asked; empty: none was
  std::string device;
  std::string trainer;
  std::string metric;
  bool higher_is_better = true;
  std::string profile;
  std::string profile_reason;
  std::string interpreter;
  std::string model;  ///< "sequential, 5 layers, 12,345 parameters"
  Reproduction reproduction;
  std::optional<Arm> faulty;
  std::optional<Arm> patched;
  std::vector<Arm> truths;
  std::vector<std::optional<double>> truth_ir;  ///< per ground truth
  std::optional<ClosestTruth> closest_truth;    ///< absent without a patch or a ground truth
  eval::Scores scores = eval::Scores::kCorrected;
  std::optional<eval::Proof> proof;
  std::optional<eval::Flips> flips;  ///< absent without a patch, and for errors
  std::optional<Vote> vote;          ///< absent unless asked for
  std::int64_t n_final = 0;
  std::optional<trainer::RowSet> final_rows;  ///< absent where every seed has its own
  nlohmann::json rows;                        ///< {source, training, search, final, resplit}
  int seeds = 0;
  int prove_seeds = 0;
  std::string budget;
  mapping::Config config;  ///< the patch
  std::vector<Change> changes;
  std::string diff;
  std::map<std::string, std::string> patched_sources;  ///< path -> text
  std::vector<DataNote> findings;
  std::vector<std::string> warnings;
  std::string stopped_because;  ///< budget, replies, converged, ...; data: nothing was searched
  int configs_tried = 0;
  int given_up = 0;                  ///< trainings of the search that ended before their last epoch
  std::vector<Trial> trials;         ///< of the search
  std::vector<ReplyResult> replies;  ///< empty: no model was asked
  std::vector<ReplyGroup> reply_groups;
  std::vector<VerifyFigures> verify;
  RepairCost cost;
};

}  // namespace dlfix::agent
