// Checks of our own over a program as it is written, for what the published rule tools do not look
// at: learning rate by optimiser, epochs, batches, penalties, losses and hidden activations.
#pragma once

#include "eval/localisers/rule_finding.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

/// The tool "checks", rules K01 to K15 (rule_catalogue.h explains each). Nothing is trained. What
/// needs numbers of rows or label values is left to captured programs and named in not_checked.
/// Errors: as support::NpyArray::open, of captured labels.
Localisation run_checks(const mapping::Program& program);

}  // namespace dlfix::eval
