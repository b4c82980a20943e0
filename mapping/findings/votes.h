// Findings of several replies about one program, counted.
#pragma once

#include <string>
#include <vector>

#include "mapping/findings/mapper.h"

namespace dlfix::mapping {

/// One fault that replies name, at one set of layers.
struct VotedFinding {
  std::string fault_type;
  std::vector<int> layers;
  int votes = 0;            ///< replies that name it at least once
  double mean_rank = 0;     ///< mean place of its first answer in those replies, from 1
  double confidence = 0;    ///< mean over the votes
  bool specific = false;    ///< most votes name a change
  nlohmann::json proposed;  ///< the value proposed most often (the first among equals); null: none
  std::string quotation;    ///< text of the surest answer
  std::size_t reply = 0;    ///< which reply that is in
  Answer answer;            ///< the answer itself, for its span
  std::vector<std::string> cues;
};

/// How alike the replies are (RQ2 of the study).
struct ReplyStability {
  double mean_answers = 0;
  double deviation_answers = 0;  ///< population standard deviation
  double mean_types = 0;
  double deviation_types = 0;
  double agreement = 0;  ///< mean Jaccard index of the type sets over all pairs; 1 for one reply
};

struct VotedFindings {
  int replies = 0;
  std::vector<VotedFinding> findings;  ///< most votes first, then by mean rank, type and layers
  ReplyStability stability;
};

/// Counts each reply once per type and layers. NEF is counted like any type; who shows findings
/// leaves it out.
VotedFindings count_votes(const std::vector<MappedReply>& replies);

}  // namespace dlfix::mapping
