// Replies to a localisation prompt against the known faults of a program and against alternative
// ground truths. Source: paper sections 5.3.4, 6.1 to 6.3.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/localise/finding_replies.h"
#include "eval/metrics/localisation_scores.h"
#include "eval/metrics/stability.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// What is known to be wrong with a program.
struct KnownFaults {
  std::string name;  ///< of the file that says it
  eval::FaultLabels faults;
  std::vector<eval::AlternativeTruth> alternatives;
};

/// Reads a program for its hyperparameters.
using ReadProgram = std::function<mapping::Program(const std::string& file)>;

/// From files: a fixed program (.py) or a config (.json) gives faults by what it changes; a
/// manifest of the benchmark (`ground_truth`) says them; a neutrality result gives alternatives.
/// The first file that is not a neutrality result is the known one, further ones are alternatives.
/// Errors: InputError naming the file: not there, not readable, or no known ground truth among
/// them.
KnownFaults read_known_faults(const mapping::Program& program,
                              const std::vector<std::string>& files, const ReadProgram& read);

struct TruthScores {
  struct OfReply {
    std::string endpoint;
    double temperature = 0;
    eval::FaultLabels labels;  ///< specific findings that name a fault
    int answers = 0;
    eval::LocalisationScore before;  ///< against the known faults
    eval::LocalisationScore after;   ///< against the best of all ground truths
    std::string best;                ///< which that is
  };
  KnownFaults known;
  eval::Scores scores = eval::Scores::kCorrected;
  std::vector<OfReply> replies;
  eval::LocalisationScore before, after;  ///< means over the replies
  eval::Stability stability;              ///< RQ2; extracted_share among it
};

/// Replies that failed count as replies without labels.
TruthScores score_findings(const FindingReplies& replies, KnownFaults known, eval::Scores scores);

/// The same of a localiser that answers once.
TruthScores score_labels(const std::string& localiser, const eval::FaultLabels& labels,
                         int findings, KnownFaults known, eval::Scores scores);

nlohmann::json to_json(const TruthScores& scores);
std::string to_text(const TruthScores& scores);

}  // namespace dlfix::agent
