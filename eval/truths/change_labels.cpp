#include "eval/truths/change_labels.h"

#include <algorithm>

#include "mapping/catalogue/catalogue.h"

namespace dlfix::eval {

FaultLabels labels_of_changes(const mapping::Program& program, const mapping::Config& changes) {
  FaultLabels labels;
  for (const auto& [name, value] : changes) {
    const mapping::Hyperparameter* changed = program.find(name);
    if (changed == nullptr) continue;
    FaultLabel label{mapping::operator_for_change(*changed, changed->value, value), {}};
    if (label.type.empty())
      label.type = mapping::fault_type_for_change(*changed, changed->value, value);
    if (label.type.empty()) continue;
    if (changed->layer) label.layers.insert(*changed->layer);
    if (std::ranges::find(labels, label) == labels.end()) labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace dlfix::eval
