// NeuraLint: static detection of faults by rules over the model's structure.
// Nikanjam, Ben Braiek, Morovati, Khomh: Automatic Fault Detection for Deep Learning Programs Using
// Graph Transformations, TOSEM 2022.
#pragma once

#include <map>
#include <string>

#include "eval/localisers/rule_finding.h"
#include "eval/repairers/tool_reading.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

/// `sources`: path -> text of the program's files (mapping::read_sources). kFaithful: the published
/// rules with all quirks; kStudy: these with the study's filter (paper, appendix A), and nothing
/// for programs of one layer; kMended: `linear` is no activation, any dimension's pooling is seen,
/// losses and initialisers may be objects, label widths come from the data.
Localisation run_neuralint(const mapping::Program& program,
                           const std::map<std::string, std::string>& sources, ToolReading reading);

}  // namespace dlfix::eval
