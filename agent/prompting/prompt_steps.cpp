#include "agent/prompting/prompt_steps.h"

namespace dlfix::agent {

std::vector<PromptStep> ablation_steps() {
  return {
      {"paper", "paper", "none", 0},
      {"+ values", "assist", "values", 0},
      {"+ tools", "assist", "values,tools", 0},
      {"+ own findings", "assist", "values,tools,own", 0},
      {"+ symptoms", "assist", "values,symptoms,tools,own", 0},
      {"+ refinement", "assist", "values,symptoms,tools,own,refine", 1},
  };
}

}  // namespace dlfix::agent
