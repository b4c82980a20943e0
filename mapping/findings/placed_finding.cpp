#include "mapping/findings/placed_finding.h"

#include <algorithm>

#include "mapping/catalogue/catalogue.h"

namespace dlfix::mapping {
namespace {

bool names(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

// Of the type's kinds, and of the finding's layers where the kind belongs to a layer.
std::vector<const Hyperparameter*> hyperparameters_of(const Program& program, const FaultType& type,
                                                      const std::vector<int>& layers) {
  std::vector<const Hyperparameter*> found;
  for (const auto& hp : program.hyperparameters) {
    if (!names(type.kinds, hp.kind)) continue;
    const bool fits =
        hp.layer ? std::ranges::find(layers, *hp.layer) != layers.end() : layers.empty();
    if (fits) found.push_back(&hp);
  }
  // A type may have two kinds, such as rate and momentum: the first of the catalogue is meant.
  std::ranges::stable_sort(found, {}, [&](const Hyperparameter* hp) {
    return std::ranges::find(type.kinds, hp->kind) - type.kinds.begin();
  });
  if (found.empty()) return found;
  const std::string kind = found.front()->kind;
  std::erase_if(found, [&](const Hyperparameter* hp) { return hp->kind != kind; });
  return found;
}

void add_layer_lines(const Program& program, const std::vector<int>& layers,
                     std::vector<Span>& spans) {
  for (const int index : layers) {
    if (index < 0 || index >= static_cast<int>(program.model.layers.size())) continue;
    const auto& layer = program.model.layers[static_cast<std::size_t>(index)];
    if (layer.line <= 0) continue;
    const Position start{layer.line, 0};
    spans.push_back({layer.file.empty() ? program.path : layer.file, start, start});
  }
}

}  // namespace

PlacedFinding place_finding(const Program& program, VotedFinding finding) {
  PlacedFinding placed;
  placed.finding = std::move(finding);
  const FaultType* type = find_fault_type(placed.finding.fault_type);
  if (type == nullptr) return placed;
  placed.change = type->wording;
  const auto hyperparameters = hyperparameters_of(program, *type, placed.finding.layers);
  for (const Hyperparameter* hp : hyperparameters) {
    placed.hyperparameters.push_back(hp->name);
    if (hp->span.start.line > 0 && !hp->inserted) placed.spans.push_back(hp->span);
  }
  if (!hyperparameters.empty()) {
    placed.change =
        propose_change(program, *type, *hyperparameters.front(), placed.finding.proposed);
  }
  if (placed.spans.empty()) add_layer_lines(program, placed.finding.layers, placed.spans);
  if (placed.spans.empty() && !hyperparameters.empty() &&
      hyperparameters.front()->span.start.line > 0) {
    placed.spans.push_back(hyperparameters.front()->span);
  }
  return placed;
}

}  // namespace dlfix::mapping
