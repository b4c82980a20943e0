// From the best config to the edited program.
#include <fmt/format.h>

#include <filesystem>

#include "agent/workflows/repair_state.h"
#include "mapping/catalogue/catalogue.h"
#include "mapping/program/edits.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

/// The name a file has in the diff: relative to the program's folder where it lies below it.
std::string diff_name(const std::string& program, const std::string& file) {
  const fs::path relative = fs::path(file).lexically_relative(fs::path(program).parent_path());
  const bool below = !relative.empty() && *relative.begin() != "..";
  return below ? relative.string() : fs::path(file).filename().string();
}

Change describe_change(const RepairState& state, const std::string& name,
                       const nlohmann::json& value) {
  Change change;
  change.hyperparameter = name;
  change.to = value;
  if (const mapping::Hyperparameter* hyperparameter = state.subject.program.find(name)) {
    change.from = hyperparameter->value;
    change.file = hyperparameter->span.file;
    change.line = hyperparameter->span.start.line;
    change.fault_type = mapping::fault_type_for_change(*hyperparameter, change.from, value);
    change.sentence =
        mapping::explain_change(state.subject.program, *hyperparameter, change.from, value);
  }
  if (const auto reason = state.reasons.find(name); reason != state.reasons.end()) {
    change.reason = reason->second;
  }
  return change;
}

}  // namespace

void write_patch(RepairState& state) {
  RepairReport& report = state.report;
  report.config = state.best;
  if (state.best.empty()) return;
  for (const auto& [name, value] : state.best) {
    report.changes.push_back(describe_change(state, name, value));
  }
  const mapping::Program& program = state.subject.program;
  const auto before = mapping::read_sources(program);
  const mapping::EditPlan plan = mapping::plan_edits(program, state.best);
  for (const auto& refusal : plan.refusals) {
    state.warn(fmt::format("{} cannot be written: {}", refusal.hyperparameter, refusal.reason));
  }
  report.patched_sources = mapping::apply_edits(before, plan);
  for (auto& [file, text] : report.patched_sources) {
    mapping::WrittenFile written = mapping::as_written(program, file, before.at(file), text);
    report.diff +=
        mapping::unified_diff(diff_name(program.path, file), written.before, written.after);
    text = std::move(written.after);
  }
}

}  // namespace dlfix::agent
