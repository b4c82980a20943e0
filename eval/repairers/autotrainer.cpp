#include "eval/repairers/autotrainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "eval/repairers/autotrainer/patch.h"
#include "eval/repairers/autotrainer/trial_trainings.h"
#include "eval/repairers/changes.h"
#include "eval/repairers/selection.h"

namespace dlfix::eval {
namespace {

bool is_classification(const RepairContext& context) {
  const std::string loss = trainer::canonical_metric(context.metric);
  return context.problem != ProblemKind::kRegression && loss == "accuracy";
}

/// The monitor wants accuracies on rows that the training does not see.
trainer::TrainingRequest watched_request(trainer::TrainingRequest request) {
  request.metric = "accuracy";
  if (!request.validation && request.fit.validation_split <= 0 && !request.evaluate.empty())
    request.validation = request.evaluate.front().data;
  return request;
}

std::string attempt_words(const autotrainer::Attempt& attempt) {
  return fmt::format("{} against {}: {}; accuracy {:.4f} after {} epochs, {}", attempt.solution,
                     autotrainer::to_string(attempt.against), attempt.words,
                     attempt.result.accuracy, attempt.result.epochs,
                     attempt.result.failed ? attempt.result.failure
                     : attempt.result.problem
                         ? std::string(autotrainer::to_string(*attempt.result.problem))
                         : "no problem left");
}

class AutoTrainerRun {
 public:
  AutoTrainerRun(const AutoTrainerOptions& options, const RepairContext& context,
                 TrialRunner& runner)
      : context_(context), runner_(runner), mended_(options.tools == ToolReading::kMended) {}

  RepairSuggestion run();
  std::optional<autotrainer::Report> watch();

 private:
  RepairSuggestion nothing(const std::string& why);
  void note(const std::string& words) const {
    if (context_.note) context_.note(words);
  }
  void tell(const autotrainer::Report& report) const;
  /// An attempt's settings, in the form in which they are trained; nullopt: none that can be.
  std::optional<mapping::Config> settings(const autotrainer::Attempt& attempt) const;
  void credit_models(const autotrainer::Report& report);
  void train_settings(const autotrainer::Report& report);

  const RepairContext& context_;
  TrialRunner& runner_;
  bool mended_;
  RepairSuggestion suggestion_;
};

RepairSuggestion AutoTrainerRun::nothing(const std::string& why) {
  suggestion_.history.push_back(context_.faulty);
  suggestion_.stopped_because = why;
  note("autotrainer: " + why);
  return std::move(suggestion_);
}

void AutoTrainerRun::tell(const autotrainer::Report& report) const {
  if (report.first.problem)
    note(fmt::format("autotrainer: the program's training shows {} after {} epochs",
                     autotrainer::to_string(*report.first.problem), report.first.epochs));
  for (const autotrainer::Attempt& attempt : report.attempts) {
    note("autotrainer: " + attempt_words(attempt));
    if (!autotrainer::patch_of(*context_.program, attempt.design).whole)
      note("autotrainer: no patch can hold all of that");
  }
  note(fmt::format("autotrainer: {}, {} attempts", autotrainer::to_string(report.outcome),
                   report.attempts.size()));
}

std::optional<mapping::Config> AutoTrainerRun::settings(const autotrainer::Attempt& attempt) const {
  auto changes = autotrainer::patch_of(*context_.program, attempt.design).changes;
  // What the space leaves out (initialisers of biases, what the user froze) stays as it is.
  std::erase_if(changes, [this](const auto& change) { return !context_.space.find(change.first); });
  const auto config = settled(context_, changes);
  if (!config || config->empty() || known_invalid(context_, *config)) return std::nullopt;
  return config;
}

/// As the study credited the tool: the best of its models counts, whatever it returned.
void AutoTrainerRun::credit_models(const autotrainer::Report& report) {
  for (const autotrainer::Attempt& attempt : report.attempts) {
    TrialResult result;
    result.changes = settings(attempt).value_or(mapping::Config{});
    if (attempt.result.failed) {
      result.failures.push_back(attempt.result.failure);
    } else {
      result.values.push_back(attempt.result.best_accuracy);
    }
    suggestion_.history.push_back(std::move(result));
  }
}

/// What the attempts' settings are worth in the user's program, best attempt first.
void AutoTrainerRun::train_settings(const autotrainer::Report& report) {
  std::vector<const autotrainer::Attempt*> attempts;
  for (const auto& attempt : report.attempts) attempts.push_back(&attempt);
  std::ranges::stable_sort(attempts, [](const auto* a, const auto* b) {
    return a->result.accuracy > b->result.accuracy;
  });
  std::set<std::string> seen;
  for (const autotrainer::Attempt* attempt : attempts) {
    const auto config = settings(*attempt);
    if (!config || !seen.insert(config_key(*config)).second) continue;
    auto results = runner_.run({&*config, 1}, 0, 1);
    if (results.empty()) break;
    suggestion_.history.push_back(std::move(results.front()));
  }
}

std::optional<autotrainer::Report> AutoTrainerRun::watch() {
  auto base = is_classification(context_) ? runner_.program_request(context_.seed) : std::nullopt;
  if (!base) return std::nullopt;
  const auto request = watched_request(*std::move(base));
  autotrainer::TrialTrainings trainings(
      request, runner_,
      mended_ ? autotrainer::KernelRule::kByName : autotrainer::KernelRule::kEverySecond);
  const auto design = autotrainer::make_design(request.model, request.compile, request.fit);
  auto report = autotrainer::run(design, trainings, {!mended_, context_.seed});
  tell(report);
  return report;
}

RepairSuggestion AutoTrainerRun::run() {
  const auto found = watch();
  if (!found) {
    return nothing(is_classification(context_)
                       ? "it trains on from weights, which cannot be done here"
                       : "it watches accuracies of classifications alone");
  }
  const autotrainer::Report& report = *found;
  suggestion_.history.push_back(context_.faulty);
  if (mended_) {
    train_settings(report);
  } else {
    credit_models(report);
  }
  const bool cut = report.outcome == autotrainer::Outcome::kInterrupted;
  suggestion_.stopped_because = cut && runner_.stopped() && runner_.budget_left() > 0
                                    ? "interrupted"
                                : cut ? "budget"
                                      : std::string(autotrainer::to_string(report.outcome));
  suggestion_.best = best_single_result(context_, suggestion_.history);
  return std::move(suggestion_);
}

}  // namespace

RepairSuggestion AutoTrainer::repair(const RepairContext& context, TrialRunner& runner) {
  return AutoTrainerRun(options_, context, runner).run();
}

std::optional<autotrainer::Report> AutoTrainer::watch(const RepairContext& context,
                                                      TrialRunner& runner) const {
  return AutoTrainerRun(options_, context, runner).watch();
}

}  // namespace dlfix::eval
