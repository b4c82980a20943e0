#include "agent/workflows/reply_results.h"

#include <algorithm>
#include <cmath>

#include "eval/metrics/pass_at_k.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

constexpr int kDraws[] = {1, 5, 10};

/// The best training of the program as written; nothing when none gave a number.
double best_as_written(const RepairReport& report) {
  double best = std::nan("");
  for (const double value : report.reproduction.arm.values) {
    if (!std::isfinite(value)) continue;
    const bool first = std::isnan(best);
    best = first ? value : report.higher_is_better ? std::max(best, value) : std::min(best, value);
  }
  return best;
}

bool beats(double value, double best, bool higher_is_better) {
  if (!std::isfinite(value)) return false;
  if (std::isnan(best)) return true;  // any number is better than none
  return higher_is_better ? value > best : value < best;
}

void judge(ReplyResult& reply, const RepairReport& report, double as_written) {
  if (reply.config.empty()) return;
  const auto trial = std::ranges::find(report.trials, reply.config, &Trial::changes);
  if (trial == report.trials.end()) {
    if (report.stopped_because != "budget") return;
    reply.outcome = "timeout";
    reply.reason = "the budget ended before it was trained";
    return;
  }
  if (trial->outcome != "ok") {
    reply.outcome = trial->outcome;
    reply.reason = trial->reason;
    return;
  }
  reply.value = eval::mean(trial->values);
  reply.passes = beats(reply.value, as_written, report.higher_is_better);
}

ReplyGroup& group_of(std::vector<ReplyGroup>& groups, const ReplyResult& reply) {
  for (ReplyGroup& group : groups)
    if (group.endpoint == reply.endpoint && group.temperature == reply.temperature &&
        group.round == reply.round)
      return group;
  groups.push_back({reply.endpoint, reply.temperature, reply.round, 0, 0, {}, {}});
  return groups.back();
}

}  // namespace

const char* pass_rule() {
  return "a reply passes when its settings train better on the search rows than every training of "
         "the program as written";
}

void judge_replies(RepairReport& report, std::vector<ReplyResult> replies) {
  const double as_written = best_as_written(report);
  for (ReplyResult& reply : replies) {
    judge(reply, report, as_written);
    ReplyGroup& group = group_of(report.reply_groups, reply);
    ++group.replies;
    group.passed += reply.passes ? 1 : 0;
    ++group.outcomes[reply.outcome];
  }
  for (ReplyGroup& group : report.reply_groups)
    for (const int k : kDraws)
      if (k <= group.replies) group.pass_at[k] = eval::pass_at_k(group.replies, group.passed, k);
  report.replies = std::move(replies);
}

}  // namespace dlfix::agent
