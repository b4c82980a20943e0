// What each part of an assist prompt is worth: the prompts of an ablation, each with one part more
// than the one before.
#pragma once

#include <string>
#include <vector>

namespace dlfix::agent {

/// How a model is asked, in the words of --mode, --assist-parts and --refine.
struct PromptStep {
  std::string name;   ///< "paper", "+ values": against the step before
  std::string mode;   ///< paper or assist
  std::string parts;  ///< of assist prompts
  int refine = 0;     ///< how often it is asked again with what its answers measured
};

/// The paper's prompt; then the faulty values, the tools' findings, the model's own findings, the
/// measured symptoms and one refinement, each on top of the step before.
std::vector<PromptStep> ablation_steps();

}  // namespace dlfix::agent
