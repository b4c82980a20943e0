// Findings at their place in the source.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/findings/votes.h"
#include "mapping/program/program.h"

namespace dlfix::mapping {

struct PlacedFinding {
  VotedFinding finding;
  /// What a person would edit: the values of the hyperparameters that the fault is about, else the
  /// calls of its layers. Empty: the source has no such place, or the layers are not known.
  std::vector<Span> spans;
  std::vector<std::string> hyperparameters;  ///< names of those; empty: none of the program's
  std::string change;                        ///< the proposed change in words
};

/// Places a finding of a fault about `program`. A layer's call of which only the line is known has
/// a span without width.
PlacedFinding place_finding(const Program& program, VotedFinding finding);

}  // namespace dlfix::mapping
