#include "eval/evidence/data_findings.h"

#include <algorithm>

#include "eval/evidence/checks.h"
#include "eval/evidence/data_view.h"

namespace dlfix::eval {

std::vector<DataFinding> examine_data(const mapping::Program& program) {
  const auto view = view_data(program);
  if (!view || view->training.rows == 0) return {};
  std::vector<DataFinding> findings;
  check_sound(*view, findings);
  // Values that are no numbers make the comparisons below meaningless.
  if (findings.empty()) {
    check_labels(*view, findings);
    check_label_shares(*view, findings);
    check_inputs(*view, findings);
    check_leakage(*view, findings);
    const bool explained = std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
      return finding.code == "labels_constant" || finding.code == "inputs_scaled_apart";
    });
    if (!explained) check_step(*view, findings);
  }
  std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
    if (a.outside_config != b.outside_config) return a.outside_config;
    return a.certainty > b.certainty;
  });
  return findings;
}

bool inputs_unscaled(const mapping::Program& program) {
  const auto view = view_data(program);
  return view && view->training.rows > 0 && !first_layer_adapts(program) &&
         far_from_zero(view->training);
}

}  // namespace dlfix::eval
