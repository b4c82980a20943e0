#include "agent/workflows/deepfd_table.h"

#include <algorithm>

#include "eval/localisers/deepfd/run_features.h"
#include "eval/mutation/fault_seeding.h"
#include "eval/statistics/descriptive.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

eval::FaultBits faults_of(const TrainedVersion& version) {
  eval::FaultBits faults{};
  if (version.killed()) std::ranges::copy(eval::seeded_labels(*version.mutant), faults.begin());
  return faults;
}

}  // namespace

void add_versions(const MutationReport& report, const std::string& program,
                  eval::ToolReading reading, eval::DeepFdTable& table) {
  if (report.original.runs.empty()) {
    throw support::InputError(program + ": its trainings were not watched for DeepFD",
                              "take --operators deepfd");
  }
  const eval::DeepFdQuirks quirks = eval::deepfd_quirks(reading);
  table.features = eval::feature_names(quirks);
  const double original = eval::mean(report.original.values);
  const auto add = [&](const TrainedVersion& trained) {
    if (trained.runs.empty() || trained.values.empty()) return;
    eval::DeepFdVersion version;
    version.program = program;
    version.version = trained.mutant ? trained.mutant->name() : "origin";
    version.dataset = report.dataset;
    version.faults = faults_of(trained);
    version.survived = trained.mutant && !trained.killed();
    version.impact = original - eval::mean(trained.values);
    for (const auto& run : trained.runs) version.runs.push_back(eval::run_features(run, quirks));
    table.versions.push_back(std::move(version));
  };
  add(report.original);
  for (const TrainedVersion& trained : report.mutants) {
    if (trained.killing) add(trained);
  }
}

}  // namespace dlfix::agent
