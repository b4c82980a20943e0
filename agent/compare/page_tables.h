// Tables of the comparison page.
#pragma once

#include <string>

#include "agent/compare/comparison.h"

namespace dlfix::agent {

/// Techniques over all programs.
std::string summary_section(const Comparison& comparison);
/// Means, deviations and improvement rates, a row a program (Table 9).
std::string means_section(const Comparison& comparison);
/// How many programs improve within smaller budgets (RQ6); empty without cuts.
std::string budgets_section(const Comparison& comparison);
/// What the neutrality analyses found (Table 4); empty without any.
std::string neutrality_section(const Comparison& comparison);
/// How the runs ended, a row a technique.
std::string outcomes_section(const Comparison& comparison);
/// All scores of one program, a row a technique.
std::string program_scores(const ProgramComparison& program, const Comparison& comparison);
/// The configs that a program's runs gave, most frequent first; empty without any.
std::string program_configs(const ProgramComparison& program, const Comparison& comparison);

/// Anchor of a program's section.
std::string program_anchor(const ProgramComparison& program, const Comparison& comparison);

}  // namespace dlfix::agent
