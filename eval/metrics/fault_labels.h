// Fault types with the layers that they name, as the study writes them: "ACH(0,1), LCH".
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::eval {

struct FaultLabel {
  std::string type;
  std::set<int> layers;  ///< empty: none named
  bool operator==(const FaultLabel&) const = default;
};

using FaultLabels = std::vector<FaultLabel>;

/// Reads labels between commas, bars or blanks; layers stand in brackets, a blank before them is
/// allowed. "-" and "N/A" are no labels. The order is kept, and so are repetitions.
/// Errors: support::InputError for brackets that hold no numbers.
FaultLabels parse_fault_labels(std::string_view text);

/// "ACH(0,1), LCH"; "-" for none.
std::string to_string(const FaultLabels& labels);

}  // namespace dlfix::eval
