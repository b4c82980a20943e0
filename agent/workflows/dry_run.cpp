#include "agent/workflows/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/output/program_text.h"
#include "agent/output/progress.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/repair_state.h"
#include "agent/workflows/slow_pace.h"
#include "eval/evidence/problem.h"

namespace dlfix::agent {
namespace {

constexpr std::size_t kProbedSteps = 20;
constexpr int kFused = 10;  ///< trainings in a batch, as searching and proving ask for them
constexpr double kMinimiseTrainings = 8;

double search_trainings(const Budget& budget) {
  return budget.unit == Budget::Unit::kSeconds ? 0 : budget.amount;
}

/// Seconds of one training on one core, from its first steps.
struct Pace {
  double fused = 0;   ///< as one of a batch
  double single = 0;  ///< alone
};

std::size_t probed_rows(const Subject& subject) {
  const auto steps = kProbedSteps * static_cast<std::size_t>(subject.program.fit.batch_size);
  return std::min(subject.plan.train.size(), steps);
}

trainer::TrainingRequest short_request(const Subject& subject, int seed) {
  RowUse use = subject.plan.search_use();
  use.train.resize(probed_rows(subject));
  auto request = subject.request({}, use, static_cast<std::uint64_t>(seed));
  request.fit.epochs = 1;
  return request;
}

/// Mean seconds of a short training among so many; 0 when interrupted.
double short_seconds(Bench& bench, const Subject& subject, int trainings) {
  std::vector<trainer::TrainingRequest> requests;
  for (int seed = 0; seed < trainings; ++seed) requests.push_back(short_request(subject, seed));
  double seconds = 0;
  for (const auto& result : bench.train(requests)) {
    if (!result) return 0;
    refuse_untrainable(*result, subject.program);
    seconds += result->seconds / trainings;
  }
  return seconds;
}

Pace measure_pace(const Subject& subject, const RepairEnvironment& environment, bool slow_start) {
  Bench bench(environment.trainer, environment.reporter, environment.cancel);
  short_seconds(bench, subject, 1);  // the first training warms the trainer up
  const double scale = static_cast<double>(subject.plan.train.size()) /
                       static_cast<double>(probed_rows(subject)) *
                       static_cast<double>(subject.program.fit.epochs);
  if (slow_start) {
    auto request = short_request(subject, 0);
    request.fit.epochs = subject.program.fit.epochs;
    const double ratio = scale / static_cast<double>(subject.program.fit.epochs);
    const double seconds = slow_training_seconds(bench, request, ratio, subject.program);
    return {seconds, seconds};
  }
  return {short_seconds(bench, subject, kFused) * scale, short_seconds(bench, subject, 1) * scale};
}

}  // namespace

DryRun plan_repair(const RepairOptions& options, const RepairEnvironment& environment) {
  Subject subject = read_subject(options, environment.capture, environment.directory);
  subject.metric =
      choose_metric(subject.program, eval::detect_problem(subject.program).kind, options.metric)
          .name;
  DryRun plan;
  plan.program = subject.program.path;
  plan.model = model_summary(subject.program);
  plan.metric = subject.metric;
  plan.training_rows = static_cast<std::int64_t>(subject.plan.train.size());
  plan.search_rows = static_cast<std::int64_t>(subject.plan.search.size());
  plan.final_rows = subject.plan.final_count();
  plan.gflop_per_training = subject.work({});
  const double arms =
      2.0 + static_cast<double>(options.ground_truths.size()) + std::max(0, options.vote - 1);
  plan.trainings = options.seeds + search_trainings(options.budget) + kMinimiseTrainings +
                   arms * options.prove_seeds;
  const double search = options.budget.unit == Budget::Unit::kSeconds ? options.budget.amount : 0;
  if (!subject.plan.train.empty()) {
    const Pace pace = measure_pace(subject, environment, options.slow_start);
    plan.least_seconds = plan.trainings * pace.fused / options.parallel + search;
    plan.most_seconds =
        std::max(plan.least_seconds, plan.trainings * pace.single / options.parallel + search);
  }
  plan.notes = subject.plan.notes;
  if (!options.budget.given && plan.most_seconds > kLongestRunSeconds) {
    plan.notes.push_back(
        "without --budget the run is cut so that it takes no more than half an hour");
    plan.most_seconds = kLongestRunSeconds;
    plan.least_seconds = std::min(plan.least_seconds, plan.most_seconds);
  }
  plan.subject = subject.program;
  return plan;
}

std::string to_text(const DryRun& plan) {
  std::string text =
      fmt::format("{}\n  {}\n  measured by {}\n", plan.program, plan.model, plan.metric);
  text += fmt::format("  rows: {} to train, {} to search, {} to prove\n", plan.training_rows,
                      plan.search_rows, plan.final_rows);
  text += fmt::format("  about {:.0f} trainings of {:.3g} GFLOP: between {} and {}\n",
                      plan.trainings, plan.gflop_per_training, duration_words(plan.least_seconds),
                      duration_words(plan.most_seconds));
  for (const std::string& endpoint : plan.llm) text += "  " + endpoint + "\n";
  for (const std::string& note : plan.notes) text += "  note: " + note + "\n";
  return text;
}

nlohmann::json to_document(const DryRun& plan) {
  return {{"outcome", "dry_run"},
          {"program", plan.program},
          {"model", plan.model},
          {"metric", plan.metric},
          {"rows",
           {{"training", plan.training_rows},
            {"search", plan.search_rows},
            {"final", plan.final_rows}}},
          {"gflop_per_training", plan.gflop_per_training},
          {"trainings", plan.trainings},
          {"seconds", {plan.least_seconds, plan.most_seconds}},
          {"llm", plan.llm},
          {"notes", plan.notes}};
}

}  // namespace dlfix::agent
