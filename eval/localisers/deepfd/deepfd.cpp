#include "eval/localisers/deepfd/deepfd.h"

#include <fmt/format.h>

#include <algorithm>

#include "eval/localisers/deepfd/run_features.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kGroup = 9;
constexpr std::array<const char*, kDeepFdLabels> kRemedies = {
    "take another optimiser", "change the learning rate", "change the output's activation",
    "take another loss", "change the number of epochs"};

bool cannot_pair(const std::vector<MonitoredRun>& runs) {
  return std::ranges::any_of(runs, [](const MonitoredRun& run) {
    return !run.checks.empty() && run.checks.front().gradients.size() % 2 != 0;
  });
}

std::string who_saw_it(const RunVotes& votes, std::size_t label) {
  constexpr std::array<const char*, 3> kNames = {"neighbours", "tree", "forest"};
  std::string text;
  for (std::size_t c = 0; c < votes.positives.size(); ++c) {
    text += fmt::format("{}{} {}", c == 0 ? "" : ", ", kNames.at(c), votes.positives[c][label]);
  }
  return fmt::format("{} of {} runs", text, votes.runs);
}

RuleFinding finding_of(const DeepFdDiagnosis& diagnosis, std::size_t label) {
  RuleFinding finding;
  finding.tool = "deepfd";
  finding.rule = deepfd_label(label);
  finding.fault_type = deepfd_fault_type(label);
  finding.message = fmt::format("its trainings look like those of programs with a fault in {} ({})",
                                deepfd_label(label), who_saw_it(diagnosis.votes, label));
  finding.remedy = kRemedies.at(label);
  if (const auto& places = diagnosis.places.at(label); !places.empty()) {
    finding.file = places.front().file;
    finding.line = places.front().line;
  }
  return finding;
}

}  // namespace

DeepFdDiagnosis run_deepfd(const mapping::Program& program, const std::vector<MonitoredRun>& runs,
                           const DeepFdModel& model, ToolReading reading) {
  const DeepFdQuirks quirks = deepfd_quirks(reading);
  if (runs.empty()) throw support::InputError("there is no run to diagnose");
  if (model.features() != feature_names(quirks)) {
    throw support::InputError(
        fmt::format("the model learnt from {} features, the reading {} has {} others",
                    model.features().size(), to_string(reading), feature_names(quirks).size()),
        "train a model for this reading");
  }
  DeepFdDiagnosis diagnosis;
  if (quirks.paired_gradients && cannot_pair(runs)) {
    diagnosis.localisation.not_applicable.push_back(
        "the gradients are no pairs of kernel and bias: the tool ends");
    return diagnosis;
  }
  const std::size_t count = quirks.groups_of_nine ? std::min(kGroup, runs.size()) : runs.size();
  std::vector<FeatureRow> features;
  for (std::size_t run = 0; run < count; ++run) features.push_back(run_features(runs[run], quirks));
  diagnosis.votes = model.votes(features, quirks.scaled_by_test_batch);
  diagnosis.faults = voted_faults(diagnosis.votes, model.offsets());
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    if (diagnosis.faults[label] == 0) continue;
    diagnosis.places[label] = fault_places(program, label, quirks);
    diagnosis.localisation.findings.push_back(finding_of(diagnosis, label));
  }
  return diagnosis;
}

}  // namespace dlfix::eval
