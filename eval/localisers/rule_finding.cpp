#include "eval/localisers/rule_finding.h"

#include <algorithm>

namespace dlfix::eval {

FaultLabels labels_of(const Localisation& localisation, bool printed) {
  FaultLabels labels;
  for (const RuleFinding& finding : localisation.findings) {
    if (finding.fault_type.empty() || !finding.dropped.empty()) continue;
    auto label = std::find_if(labels.begin(), labels.end(), [&](const FaultLabel& known) {
      return known.type == finding.fault_type;
    });
    if (label == labels.end()) label = labels.insert(labels.end(), {finding.fault_type, {}});
    const bool own = printed && !finding.printed_layers.empty();
    const auto& layers = own ? finding.printed_layers : finding.layers;
    label->layers.insert(layers.begin(), layers.end());
  }
  return labels;
}

}  // namespace dlfix::eval
