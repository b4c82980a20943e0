#include "agent/workflows/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/output/program_text.h"
#include "agent/output/progress.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/repair_state.h"
#include "eval/evidence/problem.h"

namespace dlfix::agent {
namespace {

/// What a core of today does while training: tiny layers are all overhead, convolutions near the
/// peak.
constexpr double kSlowGflops = 3;
constexpr double kFastGflops = 60;
constexpr double kMinimiseTrainings = 8;

double search_trainings(const Budget& budget) {
  return budget.unit == Budget::Unit::kSeconds ? 0 : budget.amount;
}

}  // namespace

DryRun plan_repair(const RepairOptions& options, const CaptureFunction& capture,
                   const std::string& directory) {
  Subject subject = read_subject(options, capture, directory);
  DryRun plan;
  plan.program = subject.program.path;
  plan.model = model_summary(subject.program);
  plan.metric =
      choose_metric(subject.program, eval::detect_problem(subject.program).kind, options.metric)
          .name;
  plan.training_rows = static_cast<std::int64_t>(subject.plan.train.size());
  plan.search_rows = static_cast<std::int64_t>(subject.plan.search.size());
  plan.final_rows = subject.plan.final_count();
  plan.gflop_per_training = subject.work({});
  const double arms = 2.0 + static_cast<double>(options.ground_truths.size());
  plan.trainings = options.seeds + search_trainings(options.budget) + kMinimiseTrainings +
                   arms * options.prove_seeds;
  const double work = plan.trainings * plan.gflop_per_training / options.parallel;
  const double search = options.budget.unit == Budget::Unit::kSeconds ? options.budget.amount : 0;
  plan.least_seconds = work / kFastGflops + search;
  plan.most_seconds = work / kSlowGflops + search;
  plan.notes = subject.plan.notes;
  if (!options.budget.given && plan.most_seconds > kLongestRunSeconds) {
    plan.notes.push_back(
        "without --budget the run is cut so that it takes no more than half an hour");
    plan.most_seconds = kLongestRunSeconds;
    plan.least_seconds = std::min(plan.least_seconds, plan.most_seconds);
  }
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
          {"notes", plan.notes}};
}

}  // namespace dlfix::agent
