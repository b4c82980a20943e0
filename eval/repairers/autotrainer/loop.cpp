#include "eval/repairers/autotrainer/loop.h"

#include <algorithm>
#include <array>

#include "eval/repairers/autotrainer/solutions.h"

namespace dlfix::eval::autotrainer {
namespace {

using trainer::WeightsFile;

constexpr int kMostRounds = 10;
constexpr int kMostSolutions = 10;
constexpr double kGoodAtFirst = 0.6;
/// The published code forgets the user's bound in every further training.
constexpr double kGoodInFaithfulAttempts = 0.7;
/// A gain needs two epochs; the published code calls the first of few slow.
constexpr std::size_t kFewestForSlow = 2;

bool rebuilds_broken_layers(std::string_view solution) {
  static constexpr std::array<std::string_view, 4> kRebuilding{"selu", "relu", "tanh", "leaky"};
  return std::ranges::find(kRebuilding, solution) != kRebuilding.end();
}

/// What a round begins with.
struct Start {
  Design design;
  std::optional<WeightsFile> weights;
};

class Loop {
 public:
  Loop(const Design& program, Trainings& trainings, const LoopOptions& options)
      : program_(program), trainings_(trainings), options_(options) {}

  Report run();

 private:
  enum class Ending { kGoesOn, kSolved, kInterrupted };

  MonitorOptions monitor(const Design& design, bool first) const;
  /// Tries every solution that is left for the problem.
  Ending play_round(Problem issue, const Start& start);
  Ending play_solution(Problem issue, std::string_view name, int tries, const Start& start);
  Ending play_attempt(Problem issue, Attempt attempt, const Start& start);
  Report end(Outcome outcome, int returned);
  /// Of all attempts, the last one on ties; -1 without any.
  int most_accurate() const;
  std::uint64_t next_seed() const { return options_.seed * 1000 + report_.attempts.size() + 1; }
  const Attempt& attempt(int index) const {
    return report_.attempts.at(static_cast<std::size_t>(index));
  }
  std::optional<Start> go_on_from(int index, const Start& before);

  const Design& program_;
  Trainings& trainings_;
  LoopOptions options_;
  Report report_;
  std::set<std::string> used_;  ///< solutions: what one problem has used up no other one tries
  int potential_ = -1;          ///< best of the round: without the round's problem
};

MonitorOptions Loop::monitor(const Design& design, bool first) const {
  MonitorOptions options;
  options.epochs = design.fit.epochs;
  options.good_accuracy = options_.faithful && !first ? kGoodInFaithfulAttempts : kGoodAtFirst;
  options.heeds_own_end = !options_.faithful;
  options.fewest_for_slow = options_.faithful ? 1 : kFewestForSlow;
  return options;
}

Report Loop::end(Outcome outcome, int returned) {
  report_.outcome = outcome;
  report_.returned = returned;
  return std::move(report_);
}

Loop::Ending Loop::play_attempt(Problem issue, Attempt attempt, const Start& start) {
  if (start.weights && rebuilds_broken_layers(attempt.solution)) {
    const auto broken = trainings_.broken_layers(*start.weights);
    for (auto& source : attempt.design.source_layer) {
      if (broken.contains(source)) source = -1;
    }
  }
  const auto result =
      trainings_.watch(attempt.design, start.weights, monitor(attempt.design, false), next_seed());
  if (!result) return Ending::kInterrupted;
  attempt.result = *result;
  report_.attempts.push_back(std::move(attempt));
  if (result->failed) return Ending::kGoesOn;
  if (!result->problem) return Ending::kSolved;
  const int own = static_cast<int>(report_.attempts.size()) - 1;
  const bool better =
      potential_ < 0 || result->accuracy > this->attempt(potential_).result.accuracy;
  if (*result->problem != issue && better) potential_ = own;
  return Ending::kGoesOn;
}

Loop::Ending Loop::play_solution(Problem issue, std::string_view name, int tries,
                                 const Start& start) {
  for (int attempt = 0; attempt < tries; ++attempt) {
    RandomStream random(options_.seed, report_.attempts.size());
    Application applied = apply(name, start.design, {issue, attempt, options_.faithful}, random);
    if (applied.verdict == Verdict::kSkipSolution) break;
    if (applied.verdict == Verdict::kSkipAttempt) continue;
    const Ending ending = play_attempt(issue,
                                       {issue,
                                        std::string(name),
                                        attempt,
                                        std::move(applied.words),
                                        std::move(applied.design),
                                        {}},
                                       start);
    if (ending != Ending::kGoesOn) return ending;
  }
  return Ending::kGoesOn;
}

Loop::Ending Loop::play_round(Problem issue, const Start& start) {
  potential_ = -1;
  int played = 0;
  for (const Solution& solution : solutions_for(issue)) {
    if (played == kMostSolutions) break;
    if (!used_.insert(std::string(solution.name)).second) continue;
    ++played;
    const Ending ending = play_solution(issue, solution.name, solution.tries, start);
    if (ending != Ending::kGoesOn) return ending;
  }
  return Ending::kGoesOn;
}

std::optional<Start> Loop::go_on_from(int index, const Start& before) {
  const Attempt& from = attempt(index);
  const std::uint64_t seed = options_.seed * 1000 + static_cast<std::uint64_t>(index) + 1;
  auto weights = trainings_.weights(from.design, before.weights, from.result.epochs, seed);
  if (!weights) return std::nullopt;
  return Start{continued(from.design), std::move(weights)};
}

int Loop::most_accurate() const {
  int best = -1;
  for (int i = 0; i < static_cast<int>(report_.attempts.size()); ++i) {
    if (attempt(i).result.failed) continue;
    if (best < 0 || attempt(i).result.accuracy >= attempt(best).result.accuracy) best = i;
  }
  return best;
}

Report Loop::run() {
  const std::uint64_t first_seed = options_.seed * 1000;
  const auto first = trainings_.watch(program_, std::nullopt, monitor(program_, true), first_seed);
  if (!first) return end(Outcome::kInterrupted, -1);
  report_.first = *first;
  if (first->failed) return end(Outcome::kNone, -1);
  if (!first->problem) return end(Outcome::kNoProblem, -1);
  auto weights = trainings_.weights(program_, std::nullopt, first->epochs, first_seed);
  if (!weights) return end(Outcome::kInterrupted, -1);
  Start start{continued(program_), std::move(weights)};
  Problem issue = *first->problem;
  std::set<Problem> solved;
  int best = -1;
  const auto with_best = [&] { return best < 0 ? Outcome::kNone : Outcome::kPotential; };
  for (int round = 0; round < kMostRounds; ++round) {
    const Ending ending = play_round(issue, start);
    if (ending == Ending::kInterrupted) return end(Outcome::kInterrupted, best);
    if (ending == Ending::kSolved)
      return end(Outcome::kSolved, static_cast<int>(report_.attempts.size()) - 1);
    solved.insert(issue);
    if (potential_ < 0) return end(Outcome::kNone, round == 0 ? most_accurate() : best);
    const Problem next = *attempt(potential_).result.problem;
    if (solved.contains(next)) return end(with_best(), best);
    const bool better =
        best < 0 || attempt(potential_).result.accuracy > attempt(best).result.accuracy;
    if (better) best = potential_;
    auto further = go_on_from(potential_, start);
    if (!further) return end(Outcome::kInterrupted, best);
    start = std::move(*further);
    issue = next;
  }
  return end(with_best(), best);
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNoProblem:
      return "no_problem";
    case Outcome::kSolved:
      return "solved";
    case Outcome::kPotential:
      return "potential";
    case Outcome::kNone:
      return "no";
    case Outcome::kInterrupted:
      return "interrupted";
  }
  return "";
}

Report run(const Design& program, Trainings& trainings, const LoopOptions& options) {
  return Loop(program, trainings, options).run();
}

}  // namespace dlfix::eval::autotrainer
