// What a rule of a localiser says about a program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/metrics/fault_labels.h"

namespace dlfix::eval {

struct RuleFinding {
  std::string tool;        ///< "neuralint", "umlaut", "deepdiagnosis", "checks", "data", "llm"
  std::string rule;        ///< the tool's own code: f009, H1, S3
  std::string fault_type;  ///< code of the catalogue; empty: a finding that is no fault of Table 1
  std::vector<std::string> alternatives;  ///< other labels that may be meant instead: "ACH(3)"
  std::vector<int> layers;                ///< Keras layer indexes; empty: the program as a whole
  std::vector<int> printed_layers;        ///< as the tool prints them, where that differs
  std::string message;                    ///< what is wrong, with the program's own values
  std::string remedy;
  std::optional<int> epoch;         ///< of a symptom, from 0
  std::optional<double> certainty;  ///< that the tool itself gives, 0 to 1
  std::string file;                 ///< where `line` is
  int line = 0;                     ///< a statement that the tool itself names; 0: none
  std::string dropped;              ///< why the study's filter leaves it out; empty: it counts
};

/// What a localiser found, and what it could not look at.
struct Localisation {
  std::vector<RuleFinding> findings;
  /// Why the published tool does not run on a program of this form; empty: it does.
  std::vector<std::string> not_applicable;
  std::vector<std::string> not_checked;  ///< "f012, f017: the labels are not known without --run"
};

/// The findings that count as fault labels, in the order of their first finding: one label a type
/// with the layers of all its findings. `printed`: with the layers as the tool prints them.
FaultLabels labels_of(const Localisation& localisation, bool printed = false);

}  // namespace dlfix::eval
