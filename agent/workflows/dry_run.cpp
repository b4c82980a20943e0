#include "agent/workflows/dry_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/output/program_text.h"
#include "agent/output/progress.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/repair_state.h"
#include "agent/workflows/training_pace.h"
#include "eval/evidence/problem.h"

namespace dlfix::agent {
namespace {

constexpr double kMinimiseTrainings = 8;

double search_trainings(const Budget& budget) {
  return budget.unit == Budget::Unit::kSeconds ? 0 : budget.amount;
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
    Bench bench(environment.trainer, environment.reporter, environment.cancel);
    const Pace pace = measure_training_pace(subject, bench, options.slow_start);
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
