// The outcome, and the sentence that says why.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/output/figures.h"
#include "agent/workflows/repair_state.h"

namespace dlfix::agent {
namespace {

constexpr double kSmallGain = 0.02;          ///< of accuracy and the like
constexpr double kSmallRelativeGain = 0.05;  ///< of a loss or an error

/// The training itself shows that something is wrong.
bool looks_faulty(const RepairState& state) {
  const eval::Symptoms& symptoms = state.symptoms;
  return symptoms.loss_is_nan || symptoms.loss_flat || symptoms.at_baseline ||
         symptoms.zero_gradient;
}

const DataNote* finding_outside(const RepairReport& report, bool certain) {
  for (const DataNote& note : report.findings) {
    if (note.outside_config && (note.certain || !certain)) return &note;
  }
  return nullptr;
}

bool gain_is_small(const RepairState& state) {
  const double faulty = state.report.faulty->mean;
  const double gain = std::abs(state.report.patched->mean - faulty);
  return state.higher_is_better ? gain < kSmallGain : gain < kSmallRelativeGain * std::abs(faulty);
}

void set(RepairState& state, std::string outcome, std::string verdict) {
  state.report.outcome = std::move(outcome);
  state.report.verdict = std::move(verdict);
}

void set_outside(RepairState& state, const DataNote& note) {
  set(state, "outside_config",
      fmt::format("the fault lies where no hyperparameter reaches: line {}: {}", note.line,
                  note.message));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

/// Why no training as written gives a result at all; empty when one does, or when it diverges.
std::string reason_it_never_trains(const RepairState& state) {
  const Arm& arm = state.report.reproduction.arm;
  const bool every = !arm.results.empty() && arm.failures.size() == arm.results.size();
  return every && !state.symptoms.loss_is_nan ? arm.failures.front() : "";
}

/// Nothing was found, or nothing that could be proven.
void decide_without_proof(RepairState& state, const std::string& why) {
  if (const DataNote* note = finding_outside(state.report, false)) return set_outside(state, *note);
  if (const std::string reason = reason_it_never_trains(state); !reason.empty()) {
    return set(
        state, "no_patch",
        fmt::format("the program does not train as written ({}), and no setting mends it: {}",
                    reason, why));
  }
  if (looks_faulty(state)) {
    return set(state, "no_patch", "the training looks faulty, but " + why);
  }
  set(state, "no_fault_shown", "the program is no worse than what could be found: " + why);
}

void decide_patch(RepairState& state) {
  const RepairReport& report = state.report;
  const std::string figures =
      fmt::format("{} {} in place of {} on {} final rows", report.metric,
                  figure(report.patched->mean), figure(report.faulty->mean), report.n_final);
  if (state.prove_seeds < kFewestProofSeeds) {
    return set(state, "unproven",
               fmt::format("{}, but {} proving seeds cannot prove anything (at least {})", figures,
                           state.prove_seeds, kFewestProofSeeds));
  }
  if (!report.proof->proven) {
    return decide_without_proof(
        state, fmt::format("the best change found is not proven better ({}): {}", figures,
                           joined(report.proof->reasons)));
  }
  if (gain_is_small(state) && !looks_faulty(state)) {
    return decide_without_proof(
        state,
        fmt::format("the best change found gives {}, too little to call it a fault", figures));
  }
  set(state, "proven", figures);
}

}  // namespace

bool is_decided_by_data(const RepairState& state) {
  return !state.options.search_anyway && finding_outside(state.report, true) != nullptr;
}

void decide(RepairState& state) {
  RepairReport& report = state.report;
  if (state.interrupted()) {
    return set(
        state, "interrupted",
        "stopped before the end; what was found so far is not proven; the same command goes on "
        "from here");
  }
  if (state.subject.plan.too_few_rows) {
    return set(state, "too_few_rows", state.subject.plan.notes.front());
  }
  if (const DataNote* note = finding_outside(report, true)) return set_outside(state, *note);
  if (!report.patched && report.configs_tried == 0 && report.stopped_because == "budget") {
    return decide_without_proof(
        state, fmt::format("a budget of {} does not pay for training any candidate once; give a "
                           "larger --budget",
                           report.budget));
  }
  if (!report.patched) {
    return decide_without_proof(
        state, fmt::format("nothing better in {} settings tried{}", report.configs_tried,
                           report.stopped_because == "budget"
                               ? ", which is what " + report.budget + " pay for (--budget for more)"
                               : ""));
  }
  decide_patch(state);
}

}  // namespace dlfix::agent
