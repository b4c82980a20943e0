// The options of every command that asks a model.
#pragma once

#include <CLI/CLI.hpp>

#include "agent/cli/command_line.h"
#include "agent/llm/options.h"

namespace dlfix::agent {

/// --llm, --base-url, --replies, --temperatures, caps, keys, --offline. Recordings and the words of
/// the prompt are not among them.
void add_llm_options(CLI::App& app, LlmOptions& llm);

/// Ranks what came from settings files after the environment, and finds the price tables. To be
/// called when the command line is parsed. Errors: InputError (no number of a cap).
void finish_llm_options(LlmOptions& llm, const CommandContext& context);

/// prices.json of the program, and the user's beside the user's config.toml.
std::vector<std::string> price_files();

}  // namespace dlfix::agent
