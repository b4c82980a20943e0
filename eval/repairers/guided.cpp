#include "eval/repairers/guided.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/repairers/changes.h"
#include "eval/repairers/proposals.h"
#include "eval/repairers/trial_book.h"

namespace dlfix::eval {
namespace {

constexpr double kStartWorth = 100;  // before everything else, whatever it costs
constexpr double kLeastCost = 0.3;   // cheaper than this is not worth preferring
constexpr std::size_t kClimbWave = 4;
constexpr double kDear = 2;       // in trainings of the faulty program
constexpr double kClearLead = 4;  // in standard deviations between seeds
constexpr int kPerfectSeeds = 3;
constexpr std::size_t kHelpfulKept = 4;
constexpr std::size_t kUntriedKept = 6;

constexpr double kTrustInSuspicion = 0.6;

/// Belief in a change, raised towards certainty by how suspicious what it changes is.
double raised(double worth, const mapping::Config& changes,
              const std::map<std::string, double>& suspects) {
  double suspicion = 0;
  for (const auto& [name, value] : changes) {
    const auto found = suspects.find(name);
    if (found != suspects.end()) suspicion += found->second / static_cast<double>(changes.size());
  }
  return worth + (1 - worth) * kTrustInSuspicion * suspicion * worth;
}

class GuidedRun {
 public:
  GuidedRun(const RepairContext& context, TrialRunner& runner, const GuidedOptions& options)
      : context_(context),
        runner_(runner),
        options_(options),
        proposer_(context),
        book_(context, runner),
        total_(runner.budget_left()) {}

  RepairSuggestion run();

 private:
  void explore();
  void climb();
  void race();
  void settle_perfect();
  bool climb_once();
  std::vector<std::size_t> around_best();
  std::vector<std::size_t> wave(std::vector<std::size_t> pool, std::size_t most, double cost) const;
  void add(const std::vector<Proposal>& proposals, std::vector<std::size_t>& pool, double weight);
  bool train(const std::vector<std::size_t>& wave, int seeds);
  bool try_out(const std::vector<std::size_t>& wave);
  bool confirm();
  bool done() const;
  bool dear_and_clear() const;
  double reserve() const;
  std::vector<std::size_t> contenders(std::size_t most) const;
  std::size_t choose() const;
  void report(const char* phase) const;

  const RepairContext& context_;
  TrialRunner& runner_;
  const GuidedOptions& options_;
  Proposer proposer_;
  TrialBook book_;
  double total_;
  bool ended_ = false;             ///< budget or user
  bool finished_ = false;          ///< no move left that can be paid for
  bool exhausted_ = false;         ///< nor any that cannot
  std::vector<std::size_t> pool_;  ///< recipes and single changes
};

void GuidedRun::add(const std::vector<Proposal>& proposals, std::vector<std::size_t>& pool,
                    double weight) {
  for (const Proposal& proposal : proposals) {
    const double worth = raised(proposal.worth, proposal.changes, context_.suspects) * weight;
    const auto index = book_.add(proposal.changes, worth);
    if (index && book_.untried(*index) &&
        std::find(pool.begin(), pool.end(), *index) == pool.end()) {
      pool.push_back(*index);
    }
  }
}

/// The untried of a pool by worth for cost, as many as `cost` and `most` allow.
std::vector<std::size_t> GuidedRun::wave(std::vector<std::size_t> pool, std::size_t most,
                                         double cost) const {
  const auto value = [&](std::size_t index) {
    return book_[index].worth / std::sqrt(std::max(kLeastCost, book_[index].cost));
  };
  std::stable_sort(pool.begin(), pool.end(),
                   [&](std::size_t a, std::size_t b) { return value(a) > value(b); });
  std::vector<std::size_t> chosen;
  for (const std::size_t index : pool) {
    if (chosen.size() >= most) break;
    if (!book_.untried(index) || book_[index].cost > cost) continue;
    cost -= book_[index].cost;
    chosen.push_back(index);
  }
  return chosen;
}

bool GuidedRun::train(const std::vector<std::size_t>& wave, int seeds) {
  if (!book_.train(wave, seeds)) ended_ = true;
  return !ended_;
}

/// One training each, given up where it cannot pass the best so far.
bool GuidedRun::try_out(const std::vector<std::size_t>& wave) {
  const double best = book_.mean(book_.best());
  runner_.give_up_below(context_.higher_is_better ? best : -best);
  const bool goes_on = train(wave, 1);
  runner_.give_up_below(std::nullopt);
  return goes_on;
}

bool GuidedRun::done() const {
  const std::size_t best = book_.best();
  return ended_ || (best != 0 && book_.perfect(best));
}

/// A costly leader far above the faulty program: what is left buys more by going on than by
/// repeating what is beyond doubt.
bool GuidedRun::dear_and_clear() const {
  const std::size_t best = book_.best();
  return best != 0 && book_[best].cost >= kDear &&
         book_.mean(best) - book_.mean(0) > kClearLead * book_.noise();
}

/// What the race needs: a share of the budget, but not more than it can use.
double GuidedRun::reserve() const {
  if (dear_and_clear()) return 0;
  const std::size_t best = book_.best();
  return std::min(options_.race_share * total_, 5 * std::max(1.0, book_[best].cost));
}

void GuidedRun::explore() {
  if (!context_.start.empty()) add({{context_.start, kStartWorth, "known to help"}}, pool_, 1.0);
  add(proposer_.recipes(), pool_, 1.0);
  add(proposer_.singles(), pool_, 1.0);
  const double keep = (1 - options_.explore_share) * total_;
  while (!done()) {
    const auto next = wave(pool_, options_.wave, runner_.budget_left() - keep);
    if (next.empty()) return;
    if (!try_out(next)) return;
    report("explored");
  }
}

/// A second seed for a single-seed result that leads: luck must not steer the search.
bool GuidedRun::confirm() {
  const std::size_t best = book_.best();
  if (best == 0 || book_[best].seeds_run >= 2 || dear_and_clear()) return true;
  if (book_[best].cost > runner_.budget_left()) return true;
  return train({best}, 1);
}

/// Untried configs near the best one: what helped alone, what seems likely, small steps.
std::vector<std::size_t> GuidedRun::around_best() {
  const std::size_t best = book_.best();
  const mapping::Config base = book_[best].changes;
  std::vector<std::size_t> near;
  const double bar = book_.mean(0) + book_.noise();
  std::vector<Proposal> unions;
  for (const std::size_t index : book_.ranking()) {
    if (unions.size() >= kHelpfulKept) break;
    if (index == 0 || index == best || book_.mean(index) <= bar) continue;
    unions.push_back({joined(book_[index].changes, base), 0.55, "what helped, together"});
  }
  std::vector<std::size_t> likely = wave(pool_, kUntriedKept, runner_.budget_left());
  for (const std::size_t index : likely) {
    unions.push_back({joined(base, book_[index].changes), book_[index].worth * 0.6,
                      "the best so far and a likely change"});
  }
  add(unions, near, 1.0);
  add(proposer_.neighbours(base), near, 1.0);
  add(proposer_.without_one(base), near, 1.0);
  if (best == 0) near.insert(near.end(), likely.begin(), likely.end());
  return near;
}

bool GuidedRun::climb_once() {
  const auto next = wave(around_best(), kClimbWave, runner_.budget_left() - reserve());
  if (next.empty()) return false;
  return try_out(next) && confirm();
}

void GuidedRun::climb() {
  if (!confirm()) return;
  while (!done() && runner_.budget_left() > reserve()) {
    if (!climb_once()) {
      finished_ = true;
      exhausted_ = !ended_ && wave(around_best(), 1, INFINITY).empty();
      return;
    }
    report("refined");
  }
}

/// Candidates that may still be the best one.
std::vector<std::size_t> GuidedRun::contenders(std::size_t most) const {
  std::vector<std::size_t> open;
  const auto order = book_.ranking();
  const double deviation = book_.noise();
  const double leader = book_.mean(order.front());
  for (const std::size_t index : order) {
    if (index == 0 || open.size() >= most) continue;
    const auto seeds = static_cast<double>(book_[index].values.size());
    if (book_.mean(index) + 2 * deviation / std::sqrt(seeds) >= leader) open.push_back(index);
  }
  return open;
}

void GuidedRun::race() {
  for (int target = 2; target <= options_.most_seeds && !ended_; ++target) {
    const auto open = contenders(target <= 3 ? 4 : 2);
    // Alone in front and seen often enough not to be luck.
    if (open.size() <= 1 && target > kPerfectSeeds) return;
    for (const std::size_t index : open) {
      if (ended_ || book_[index].seeds_run >= target) continue;
      if (book_[index].cost > runner_.budget_left()) continue;
      train({index}, 1);
    }
  }
}

/// Confirms a perfect result; where it is dear, looks once for a cheaper one.
void GuidedRun::settle_perfect() {
  while (!ended_ && book_.best() != 0 && book_.perfect(book_.best())) {
    const std::size_t best = book_.best();
    if (book_[best].seeds_run >= kPerfectSeeds) break;
    if (book_[best].cost > runner_.budget_left()) return;
    train({best}, 1);
  }
  const std::size_t best = book_.best();
  if (ended_ || best == 0 || !book_.perfect(best) || book_[best].cost <= 1.5) return;
  std::vector<std::size_t> cheaper;
  add(proposer_.without_one(book_[best].changes), cheaper, 1.0);
  std::erase_if(cheaper, [&](std::size_t i) { return book_[i].cost > 0.7 * book_[best].cost; });
  const auto next = wave(cheaper, kClimbWave, 0.25 * total_);
  if (!next.empty()) train(next, 2);
}

/// The best candidate, or one that is as good and changes less or costs less; 0: none is better
/// than the faulty program.
std::size_t GuidedRun::choose() const {
  const auto order = book_.ranking();
  const double deviation = book_.noise();
  const double faulty = book_.mean(0);
  const auto seeds = [&](std::size_t index) {
    return std::max<double>(1, static_cast<double>(book_[index].values.size()));
  };
  std::size_t best = 0;
  for (const std::size_t index : order) {
    const double error = deviation * std::sqrt(1 / seeds(index) + 1 / seeds(0));
    if (index != 0 && book_.mean(index) > faulty + 0.5 * error) {
      best = index;
      break;
    }
  }
  if (best == 0) return 0;
  const double gain = std::isfinite(faulty) ? book_.mean(best) - faulty : deviation;
  const double tolerance = std::min(0.5 * deviation / std::sqrt(seeds(best)), 0.02 * gain);
  std::size_t chosen = best;
  for (const std::size_t index : order) {
    if (index == 0 || seeds(index) < std::min(2.0, seeds(best))) continue;
    if (book_.mean(index) < book_.mean(best) - tolerance) continue;
    const auto weight = [&](std::size_t i) {
      return std::pair(book_[i].changes.size(), book_[i].cost);
    };
    if (weight(index) < weight(chosen)) chosen = index;
  }
  return chosen;
}

void GuidedRun::report(const char* phase) const {
  if (!context_.note) return;
  const std::size_t best = book_.best();
  const double value = context_.higher_is_better ? book_.mean(best) : -book_.mean(best);
  context_.note(fmt::format("{} {} configs, best {} {:.4g}{}, budget left {:.1f}", phase,
                            book_.history().size(), context_.metric, value,
                            best == 0 ? " (the program itself)" : "", runner_.budget_left()));
}

RepairSuggestion GuidedRun::run() {
  explore();
  while (!ended_ && !finished_) {
    if (done()) settle_perfect();
    if (done()) break;  // perfect on every seed asked for, or out of budget
    climb();
    if (!done() && runner_.budget_left() <= reserve()) break;
  }
  const bool perfect = !ended_ && book_.best() != 0 && book_.perfect(book_.best());
  if (!ended_ && !perfect) race();
  RepairSuggestion suggestion;
  suggestion.best = book_[choose()].changes;
  suggestion.history = book_.history();
  suggestion.stopped_because = runner_.stopped() && runner_.budget_left() > 0 ? "interrupted"
                               : perfect                                      ? "perfect"
                               : exhausted_ && !ended_                        ? "space exhausted"
                                                                              : "budget";
  return suggestion;
}

}  // namespace

RepairSuggestion Guided::repair(const RepairContext& context, TrialRunner& runner) {
  return GuidedRun(context, runner, options_).run();
}

}  // namespace dlfix::eval
