// Asks a model for patches with the paper's repair prompt (section 5.2, Listing 2) and reads its
// replies.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "agent/llm/endpoint.h"
#include "agent/prompting/compose.h"
#include "agent/store/store.h"
#include "mapping/patch/config_patch.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

struct PatchReply {
  std::string endpoint;  ///< "openai:gpt-4o", or the recordings' file
  double temperature = 0;
  providers::Reply reply;
  mapping::ConfigPatch patch;
};

struct PatchReplies {
  std::string prompt;
  std::vector<PatchReply> replies;  ///< by endpoint, temperature, repetition; cancelled are missing
  int sent = 0;                     ///< requests that really went out
  int stored = 0;                   ///< replies taken from the run store
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::vector<std::string>
      notes;  ///< "the model refuses temperature ...", "replies were given to ..."

  /// The distinct usable configs, most frequent first, then in order of arrival.
  std::vector<mapping::Config> distinct_changes() const;
  /// Outcome name -> how many replies.
  std::map<std::string, int> outcomes() const;
};

struct PatchRequest {
  const mapping::Program* program = nullptr;
  std::string metric = "accuracy";  ///< for the goal
  bool higher_is_better = true;
  bool classification = true;      ///< for the task
  std::string template_directory;  ///< prompts/templates
  /// What each endpoint is asked with; empty: the paper's repair prompt, all the same.
  std::vector<ComposedPrompt> prompts;
};

/// The repair prompt: the program in its config["NAME"] form, values hidden, with task, data set
/// and goal.
std::string repair_prompt(const PatchRequest& request, const LlmOptions& options);

/// Asks every endpoint `options.replies` times at each temperature, as ask_all(). A reply that
/// failed is kept in the result with its error; when all fail, the first error is thrown as
/// EnvironmentError.
PatchReplies ask_for_patches(const PatchRequest& request, const LlmOptions& options,
                             std::span<const Endpoint> endpoints, Store& store,
                             const std::atomic<bool>& cancel);

}  // namespace dlfix::agent
