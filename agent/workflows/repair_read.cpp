// Reading the program and its data.
#include <fmt/format.h>

#include <algorithm>

#include "agent/output/program_text.h"
#include "agent/workflows/data_evidence.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/repair_state.h"
#include "trainer/spec/training.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

nlohmann::json rows_document(const Subject& subject) {
  return {{"source", describe_source(subject.program, subject.plan.source)},
          {"training", subject.plan.train.size()},
          {"search", subject.plan.search.size()},
          {"final", subject.plan.final_count()},
          {"resplit", subject.plan.resplit}};
}

void describe_program(RepairState& state) {
  const mapping::Program& program = state.subject.program;
  RepairReport& report = state.report;
  report.program = program.path;
  report.model = model_summary(program);
  report.interpreter = program.interpreter;
  report.profile = state.subject.profile;
  report.profile_reason =
      state.options.profile.empty() ? program.profile_reason : state.options.profile_reason;
  for (const auto& warning : program.warnings) {
    report.warnings.push_back(fmt::format("line {}: {}", warning.line, warning.message));
  }
}

}  // namespace

Subject read_subject(const RepairOptions& options, const CaptureFunction& capture,
                     const std::string& directory) {
  Subject subject;
  subject.program = capture_once(options.program, directory + "/program", capture);
  subject.profile = options.profile.empty() ? subject.program.profile : options.profile;
  subject.scratch = directory + "/scaled";
  subject.pool = make_row_pool(subject.program);
  subject.plan = make_row_plan(subject.program, subject.pool);
  return subject;
}

void read_program(RepairState& state) {
  state.environment.reporter.phase("read", state.options.program);
  state.subject =
      read_subject(state.options, state.environment.capture, state.environment.directory);
  describe_program(state);
  if (const std::string contained = containment_text(state.subject.program); !contained.empty()) {
    state.environment.reporter.detail(contained);
  }
  state.problem = eval::detect_problem(state.subject.program);
  state.report.findings = examine(state.subject);
  const MetricChoice metric =
      choose_metric(state.subject.program, state.problem.kind, state.options.metric);
  if (!metric.remark.empty()) state.warn(metric.remark);
  state.subject.metric = state.report.metric = metric.name;
  state.higher_is_better = trainer::higher_is_better(metric.name);
  state.report.higher_is_better = state.higher_is_better;
  for (const std::string& note : state.subject.plan.notes) state.warn(note);
  state.report.rows = rows_document(state.subject);
}

void RepairState::warn(const std::string& sentence) {
  environment.reporter.note(sentence);
  report.warnings.push_back(sentence);
}

bool better(const RepairState& state, double value, double other, double margin) {
  return state.higher_is_better ? value > other + margin : value < other - margin;
}

}  // namespace dlfix::agent
