// The options of how a model is asked, for every command that asks one.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "agent/prompting/prompt_options.h"

namespace dlfix::agent {

/// As typed.
struct PromptWords {
  std::string mode;     ///< empty: assist, or paper with published recordings
  std::string variant;  ///< empty: listing, or sent with published recordings
  std::string parts = prompts::to_string(prompts::AssistParts{});
  std::string task;
  std::string dataset;
  std::string goal;
  int refine = 0;
  std::int64_t context_limit = 0;
};

/// --mode, --prompt-variant, --assist-parts, --task-text, --dataset, --goal, --context-limit.
void add_prompt_options(CLI::App& app, PromptWords& words);
/// --refine, for commands that measure what a reply is worth.
void add_refine_option(CLI::App& app, PromptWords& words);

/// `fallback`: the wording where the options give none (a manifest's). `published`: recorded
/// replies that answered the paper's prompt as sent, so that is what they stand for where nothing
/// else is asked for. Errors: InputError (an unknown part; --refine without what it needs).
PromptOptions read_prompt_options(const PromptWords& words, const Wording& fallback,
                                  bool published = false);

}  // namespace dlfix::agent
