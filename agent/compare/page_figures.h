// Figures of the comparison page.
#pragma once

#include <string>

#include "agent/compare/comparison.h"

namespace dlfix::agent {

/// Improvement rates, complexity and Jaccard values over the programs as boxes (Figures 3 to 5).
std::string boxes_section(const Comparison& comparison);

/// Of one program: every run, best value against budget, training curves, neutrality graph; those
/// that the results have.
std::string program_figures(const ProgramComparison& program, const Comparison& comparison);

}  // namespace dlfix::agent
