#include "eval/repairers/fidelity.h"

#include <algorithm>
#include <cmath>

namespace dlfix::eval {
namespace {

constexpr double kFewestEpochs = 2;

const mapping::Hyperparameter* epochs_of(const mapping::Program* program) {
  if (program == nullptr) return nullptr;
  for (const auto& parameter : program->hyperparameters) {
    if (parameter.kind == "epochs") return &parameter;
  }
  return nullptr;
}

}  // namespace

bool can_cut_epochs(const RepairContext& context) {
  const mapping::Hyperparameter* epochs = epochs_of(context.program);
  if (epochs == nullptr || !epochs->editable() || !epochs->value.is_number()) return false;
  double most = epochs->value.get<double>();
  if (const Dimension* dimension = context.space.find(epochs->name)) {
    for (const auto& value : dimension->values) most = std::max(most, value.get<double>());
  }
  return most > kFewestEpochs;
}

mapping::Config with_epochs_cut(const RepairContext& context, const mapping::Config& changes,
                                double share) {
  const mapping::Hyperparameter& epochs = *epochs_of(context.program);
  const auto changed = changes.find(epochs.name);
  const double all = (changed == changes.end() ? epochs.value : changed->second).get<double>();
  mapping::Config cut = changes;
  cut[epochs.name] = std::max<std::int64_t>(1, std::llround(share * all));
  if (cut[epochs.name] == epochs.value) cut.erase(epochs.name);
  return cut;
}

std::vector<TrialResult> run_share(const RepairContext& context, TrialRunner& runner,
                                   std::span<const mapping::Config> configs, double share) {
  std::vector<mapping::Config> trained(configs.begin(), configs.end());
  if (share < 1) {
    for (mapping::Config& config : trained) config = with_epochs_cut(context, config, share);
  }
  std::vector<TrialResult> results = runner.run(trained, 0, 1);
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].changes = configs[i];
    results[i].fidelity = share;
  }
  return results;
}

}  // namespace dlfix::eval
