// From trainings of mutants to the table that DeepFD learns from.
#pragma once

#include <string>

#include "agent/workflows/mutation.h"
#include "eval/localisers/deepfd/quirks.h"
#include "eval/localisers/deepfd/training_table.h"

namespace dlfix::agent {

/// Appends the program and its mutants, each with the features of its runs in one reading. A mutant
/// that was not killed has no faults; one whose trainings crashed is left out.
/// `program`: name of the group. `table.features` is set by the first program.
/// Errors: InputError when the report is of another seeding than DeepFD's; and in the
/// readings with the quirk paired_gradients, for a program that the public code ends on.
void add_versions(const MutationReport& report, const std::string& program,
                  eval::ToolReading reading, eval::DeepFdTable& table);

}  // namespace dlfix::agent
