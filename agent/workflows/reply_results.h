// What a model's replies were worth, by the search's trainings.
#pragma once

#include <vector>

#include "agent/workflows/repair_report.h"

namespace dlfix::agent {

/// Joins `replies` with the report's trials and puts them, and per endpoint, temperature and round
/// their outcomes and pass@1, @5 and @10, into the report. A reply passes when its config's mean on
/// the search rows is better than every training of the program as written; a reply that gave no
/// config, changes nothing, or whose training gave no number does not pass.
void judge_replies(RepairReport& report, std::vector<ReplyResult> replies);

/// The rule above in a sentence, for the reader of a report.
const char* pass_rule();

}  // namespace dlfix::agent
