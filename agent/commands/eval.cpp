// `dlfix-agent eval ...`: what the product is measured by.
#include "agent/commands/commands.h"
#include "agent/commands/eval_deepfd.h"
#include "agent/commands/eval_fidelity.h"
#include "agent/commands/eval_localisation.h"
#include "agent/commands/eval_mapping.h"
#include "agent/commands/eval_published.h"
#include "agent/commands/eval_search.h"
#include "agent/commands/eval_stopping.h"

namespace dlfix::agent {

void add_eval_command(CommandLine& line) {
  CLI::App& eval = line.add("eval", "Measure: agreement with labels, published results", {});
  add_eval_mapping_command(line, eval);
  add_eval_fidelity_command(line, eval);
  add_eval_published_command(line, eval);
  add_eval_search_command(line, eval);
  add_eval_localisation_command(line, eval);
  add_eval_deepfd_command(line, eval);
  add_eval_stopping_command(line, eval);
}

}  // namespace dlfix::agent
