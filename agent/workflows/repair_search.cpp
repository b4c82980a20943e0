// The search phase: one technique, one budget.
#include <fmt/format.h>

#include <algorithm>

#include "agent/localise/combined.h"
#include "agent/prompting/findings_words.h"
#include "agent/workflows/repair_state.h"
#include "mapping/program/edits.h"
#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::agent {
namespace {

/// --only and --freeze must name something.
void check_names(const RepairState& state, const std::vector<std::string>& names,
                 const char* option) {
  std::vector<std::string> known;
  for (const auto& hyperparameter : state.subject.program.hyperparameters) {
    known.push_back(hyperparameter.name);
    known.push_back(hyperparameter.kind);
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = support::nearest(name, known);
    throw support::InputError(
        fmt::format("{} {}: the program has no hyperparameter of that name or kind", option, name),
        near.empty() ? "`inspect` lists them" : fmt::format("did you mean {}?", near));
  }
}

/// Changes that differ from the program's own values.
mapping::Config real_changes(const mapping::Program& program, const mapping::Config& config) {
  mapping::Config changes;
  for (const auto& [name, value] : config) {
    const mapping::Hyperparameter* hyperparameter = program.find(name);
    if (!hyperparameter || hyperparameter->value != value) changes[name] = value;
  }
  return changes;
}

/// What rules say of the program: in words for prompts, and as what a search tries first.
void add_suspects(const mapping::Program& program, eval::RepairContext& context) {
  const RuleReport report = localise_by_rules_alone(program, mapping::read_sources(program));
  for (const RuleFault& fault : report.faults) {
    if (fault.suppressed) continue;
    for (const auto& name : fault.placed.hyperparameters) {
      double& suspicion = context.suspects[name];
      suspicion = std::max(suspicion, fault.fault.score);
    }
  }
  for (auto& words : fault_words(report)) context.findings.push_back(std::move(words));
}

}  // namespace

eval::RepairContext make_context(RepairState& state) {
  eval::SpaceOptions space;
  space.reading = state.options.space;
  space.only = state.options.only;
  space.freeze = state.options.freeze;
  space.insertions = state.options.space == "sane";
  eval::RepairContext context;
  context.program = &state.subject.program;
  context.space =
      eval::make_space(state.subject.program, state.problem.kind, state.problem.one_hot, space);
  context.symptoms = state.symptoms;
  for (const DataNote& finding : state.report.findings)
    context.findings.push_back(finding_words(finding.line, finding.message, finding.remedy));
  add_suspects(state.subject.program, context);
  context.metric = state.subject.metric;
  context.higher_is_better = state.higher_is_better;
  context.faulty = state.faulty;
  context.seed = state.options.seed;
  context.problem = state.problem.kind;
  context.classes = state.problem.classes;
  context.one_hot_labels = state.problem.one_hot;
  context.note = [&state](const std::string& sentence) {
    state.environment.reporter.detail(sentence);
  };
  return context;
}

void check_scope(const RepairState& state) {
  check_names(state, state.options.only, "--only");
  check_names(state, state.options.freeze, "--freeze");
}

void search(RepairState& state) {
  const eval::RepairContext context = make_context(state);
  const auto repairer = state.environment.make_repairer(state.options.technique);
  state.report.technique = repairer->name();
  state.report.budget = to_string(state.account.budget);
  state.environment.reporter.phase(
      "search", fmt::format("{}: {} hyperparameters, budget {}", repairer->name(),
                            context.space.dimensions.size(), state.report.budget));
  if (state.options.give_up) state.account.stopping = eval::StoppingRule{};
  state.runner = std::make_unique<SearchRunner>(state.subject, state.bench, state.account);
  const eval::RepairSuggestion suggestion = repairer->repair(context, *state.runner);
  state.best = real_changes(state.subject.program, suggestion.best);
  state.report.stopped_because = suggestion.stopped_because;
  state.report.configs_tried = state.runner->configs_tried();
  state.report.given_up = state.runner->given_up();
  state.report.trials = state.runner->trials();
  if (const std::string budget = to_string(state.runner->budget()); budget != state.report.budget) {
    state.warn(fmt::format("the budget was raised to {}, so that every reply is tried", budget));
    state.report.budget = budget;
  }
}

}  // namespace dlfix::agent
