#include "eval/agreement/reply_scores.h"

#include <algorithm>

namespace dlfix::eval {
namespace {

constexpr double kBetaSquared = 9;  // F3

bool overlap(const std::set<int>& a, const std::set<int>& b) {
  if (a.empty() || b.empty()) return true;
  return std::ranges::any_of(a, [&](int layer) { return b.contains(layer); });
}

bool same_type(const std::string& a, const std::string& b) {
  const auto activation = [](const std::string& type) { return type == "ACH" || type == "ARM"; };
  const auto penalty = [](const std::string& type) {
    return type == "RAW" || type == "RCW" || type == "RRW";
  };
  return a == b || (activation(a) && activation(b)) || (penalty(a) && penalty(b));
}

}  // namespace

LabelSet labels_of(const mapping::MappedReply& reply) {
  LabelSet labels;
  for (const auto& answer : reply.answers) {
    for (const auto& finding : answer.findings) {
      if (!finding.specific || finding.fault_type == "NEF") continue;
      labels[finding.fault_type].insert(finding.layers.begin(), finding.layers.end());
    }
  }
  return labels;
}

ReplyScore score_reply(const LabelSet& ground_truth, const LabelSet& labels) {
  int found = 0;
  for (const auto& [type, layers] : ground_truth) {
    found += std::ranges::any_of(labels, [&](const auto& label) {
      return same_type(type, label.first) && overlap(layers, label.second);
    });
  }
  ReplyScore score;
  if (ground_truth.empty() || labels.empty()) return score;
  score.recall = static_cast<double>(found) / static_cast<double>(ground_truth.size());
  score.precision = static_cast<double>(found) / static_cast<double>(labels.size());
  const double weighted = kBetaSquared * score.precision + score.recall;
  if (weighted > 0) score.f3 = (1 + kBetaSquared) * score.precision * score.recall / weighted;
  return score;
}

ReplyScore mean_score(const std::vector<ReplyScore>& scores) {
  ReplyScore mean;
  for (const auto& score : scores) {
    mean.recall += score.recall / static_cast<double>(scores.size());
    mean.precision += score.precision / static_cast<double>(scores.size());
    mean.f3 += score.f3 / static_cast<double>(scores.size());
  }
  return mean;
}

}  // namespace dlfix::eval
