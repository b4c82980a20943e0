#include "eval/localisers/checks/checks.h"

#include "eval/localisers/checks/check_facts.h"

namespace dlfix::eval {

Localisation run_checks(const mapping::Program& program) {
  Localisation result;
  if (program.model.layers.empty() || outline_of(program).empty()) return result;
  const checks::Facts facts = checks::facts_of(program);
  checks::check_output(facts, result.findings);
  checks::check_optimizer(facts, result.findings);
  checks::check_schedule(facts, result.findings);
  checks::check_layers(facts, result.findings);
  if (!facts.is_captured()) {
    result.not_checked.push_back("K06, K13, K14: the data are not known without --run");
  }
  return result;
}

}  // namespace dlfix::eval
