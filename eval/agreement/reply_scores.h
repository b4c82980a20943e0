// Replies against the ground truth of a fault: recall, precision and F3 as the study computes them.
#pragma once

#include <string>
#include <vector>

#include "eval/agreement/gold.h"
#include "mapping/findings/mapper.h"

namespace dlfix::eval {

struct ReplyScore {
  double recall = 0;
  double precision = 0;
  double f3 = 0;
};

/// The types that a reply names: specific findings other than NEF, as FinalFT.
LabelSet labels_of(const mapping::MappedReply& reply);

/// A ground-truth type is found when a label has the type and, where both name layers, the layers
/// overlap. As in Table 5, ARM and ACH are one, and RCW and RRW count as RAW (what the study's
/// first mapping calls them). Precision divides by the number of labels. An empty reply scores 0.
ReplyScore score_reply(const LabelSet& ground_truth, const LabelSet& labels);

/// Means over the replies of one fault.
ReplyScore mean_score(const std::vector<ReplyScore>& scores);

}  // namespace dlfix::eval
