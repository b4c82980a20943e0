#include "eval/repairers/llm.h"

#include <fmt/format.h>
#include <algorithm>

namespace dlfix::eval {
namespace {

constexpr int kMostSeeds = 4;
constexpr double kLeastAfterReplies = 10;  ///< trainings, for the technique that goes on

bool better(const RepairContext& context, double left, double right) {
  return context.higher_is_better ? left > right : left < right;
}

/// A candidate and everything measured for it.
struct Runner {
  mapping::Config config;
  TrialResult total;
};

void add(TrialResult& total, const TrialResult& part) {
  total.changes = part.changes;
  total.values.insert(total.values.end(), part.values.begin(), part.values.end());
  total.failures.insert(total.failures.end(), part.failures.begin(), part.failures.end());
  total.work += part.work;
  total.seconds += part.seconds;
}

class LlmRepairer : public Repairer {
 public:
  explicit LlmRepairer(CandidateSource source) : source_(std::move(source)) {}
  std::string name() const override { return "llm"; }

  RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) override {
    RepairSuggestion suggestion;
    suggestion.stopped_because = "no usable reply";
    std::vector<Runner> field;
    while (true) {
      const std::size_t known = field.size();
      add_candidates(context, history_of(field), field);
      if (field.size() == known) break;
      suggestion.stopped_because = halve(context, std::span(field).subspan(known), runner);
      if (suggestion.stopped_because != kAllTried) break;
    }
    suggestion.history = history_of(field);
    choose(context, field, suggestion);
    return suggestion;
  }

 private:
  static constexpr const char* kAllTried = "space exhausted";

  static std::vector<TrialResult> history_of(const std::vector<Runner>& field) {
    std::vector<TrialResult> history;
    for (const auto& entry : field)
      if (entry.total.usable()) history.push_back(entry.total);
    return history;
  }

  /// The source's candidates that are not in the field yet.
  void add_candidates(const RepairContext& context, const std::vector<TrialResult>& measured,
                      std::vector<Runner>& field) const {
    for (const auto& candidate : source_(context, measured)) {
      mapping::Config allowed;
      for (const auto& [name, value] : candidate)
        if (context.space.find(name) != nullptr) allowed[name] = value;
      if (allowed.size() < candidate.size() && context.note)
        context.note(fmt::format("{} of a reply's {} changes lie outside what may change",
                                 candidate.size() - allowed.size(), candidate.size()));
      const bool known =
          std::ranges::any_of(field, [&](const Runner& entry) { return entry.config == allowed; });
      if (!allowed.empty() && !known) field.push_back({allowed, {}});
    }
  }

  /// Successive halving of one round's candidates; says why it ended.
  static std::string halve(const RepairContext& context, std::span<Runner> field,
                           TrialRunner& runner) {
    make_room(context, field, runner);
    std::size_t running = field.size();
    for (int seed = 0; seed < kMostSeeds; ++seed) {
      if (!run_round(field.first(running), seed, runner))
        return runner.stopped() && runner.budget_left() > 0 ? "interrupted" : "budget";
      std::stable_sort(field.begin(), field.begin() + static_cast<std::ptrdiff_t>(running),
                       [&](const Runner& left, const Runner& right) {
                         return better(context, left.total.mean(), right.total.mean());
                       });
      running = std::max<std::size_t>(1, (running + 1) / 2);
    }
    return kAllTried;
  }

  /// Replies are few and paid for: each is worth one training.
  static void make_room(const RepairContext& context, std::span<const Runner> field,
                        TrialRunner& runner) {
    double needed = 0;
    for (const auto& entry : field) needed += runner.estimate(entry.config);
    if (runner.reserve(needed) || !context.note) return;
    context.note(fmt::format(
        "to try every reply once takes {:.0f} trainings of the program, the budget is {:.0f}",
        needed, runner.budget_left()));
  }

  /// One more seed for each of `running`; false when the budget or the user ended it.
  static bool run_round(std::span<Runner> running, int seed, TrialRunner& runner) {
    std::vector<mapping::Config> configs;
    for (const auto& entry : running) configs.push_back(entry.config);
    const auto results = runner.run(configs, seed, 1);
    for (std::size_t index = 0; index < results.size(); ++index)
      add(running[index].total, results[index]);
    return results.size() == configs.size() && !runner.stopped();
  }

  static void choose(const RepairContext& context, const std::vector<Runner>& field,
                     RepairSuggestion& suggestion) {
    const Runner* best = nullptr;
    for (const auto& entry : field) {
      if (!entry.total.usable()) continue;
      const bool more_seeds =
          best != nullptr && entry.total.values.size() > best->total.values.size();
      const bool as_many =
          best != nullptr && entry.total.values.size() == best->total.values.size();
      if (best == nullptr || more_seeds ||
          (as_many && better(context, entry.total.mean(), best->total.mean())))
        best = &entry;
    }
    if (best != nullptr && better(context, best->total.mean(), context.faulty.mean()))
      suggestion.best = best->config;
  }

  CandidateSource source_;
};

class AutoRepairer : public Repairer {
 public:
  AutoRepairer(CandidateSource source, std::unique_ptr<Repairer> next)
      : llm_(std::move(source)), next_(std::move(next)) {}
  std::string name() const override { return "auto"; }

  RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) override {
    RepairSuggestion first = llm_.repair(context, runner);
    runner.reserve(kLeastAfterReplies);
    if (runner.stopped()) return first;
    RepairContext onward = context;
    onward.start = first.best;
    RepairSuggestion second = next_->repair(onward, runner);
    if (second.best.empty()) second.best = first.best;
    second.history.insert(second.history.begin(), first.history.begin(), first.history.end());
    return second;
  }

 private:
  LlmRepairer llm_;
  std::unique_ptr<Repairer> next_;
};

}  // namespace

std::unique_ptr<Repairer> make_llm_repairer(CandidateSource source) {
  return std::make_unique<LlmRepairer>(std::move(source));
}

std::unique_ptr<Repairer> make_auto_repairer(CandidateSource source,
                                             std::unique_ptr<Repairer> next) {
  return std::make_unique<AutoRepairer>(std::move(source), std::move(next));
}

}  // namespace dlfix::eval
