// How a model is asked: what the command line and the settings files say.
#pragma once

#include <cstdint>
#include <string>

#include "agent/settings/manifest.h"
#include "prompts/assist.h"

namespace dlfix::agent {

enum class PromptMode { kPaper, kAssist };

struct PromptOptions {
  PromptMode mode = PromptMode::kAssist;
  prompts::Variant variant = prompts::Variant::kListing;  ///< paper mode: as printed or as sent
  prompts::AssistParts parts;                             ///< assist mode
  int refine = 0;   ///< assist mode: how often the model sees what its configs measured
  Wording wording;  ///< --task-text, --dataset, --goal; empty: inferred
  std::int64_t context_limit = 0;  ///< tokens; 0: the model's, as far as it is known
};

}  // namespace dlfix::agent
