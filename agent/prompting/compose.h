// A program and what is known of it -> the prompt that is sent.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/prompting/prompt_options.h"
#include "eval/evidence/problem.h"
#include "mapping/program/probe.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

struct PromptRequest {
  const mapping::Program* program = nullptr;
  prompts::PromptTask task = prompts::PromptTask::kRepair;
  PromptOptions options;
  std::string model;      ///< whose context counts; empty: no limit
  eval::Problem problem;  ///< problem_of(program)
  std::string metric = "accuracy";
  // Assist mode only; a part that is switched off is not shown.
  std::vector<std::string> symptoms;
  std::vector<std::string> findings;
  std::vector<std::string> own_findings;
  std::vector<prompts::Attempt> attempts;
  std::vector<std::string>
      settings;  ///< names that an answer may change; empty: all that can be edited

  std::string prompts_directory;  ///< prompts/, with templates/ and context_limits.json
  mapping::ProbeOptions probe;    ///< for shortening
};

struct ComposedPrompt {
  std::string text;
  std::string json_schema;  ///< of the answer; empty in paper mode
  std::string template_name;
  std::string sha256;
  std::int64_t tokens = 0;            ///< estimate
  std::optional<std::int64_t> limit;  ///< the model's context in tokens, where known
  /// "shortened to what reaches fit: 120 of 400 lines are left out ..."
  std::vector<std::string> notes;
};

/// Paper mode: the paper's prompt and nothing else. Assist mode: with the parts that are switched
/// on. A program that is too long for the model's context is shortened to the functions and
/// statements that reach fit, which `notes` says. Errors: InputError when it is too long even so;
/// as paper_prompt, assist_prompt and slice_text.
ComposedPrompt compose_prompt(const PromptRequest& request);

/// "about 1,200 tokens (estimate), of 8,192 that gpt-4 takes".
std::string length_words(const ComposedPrompt& prompt, const std::string& model);

}  // namespace dlfix::agent
