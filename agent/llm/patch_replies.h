// Asks a model for patches with the paper's repair prompt (section 5.2, Listing 2) and reads its
// replies.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "agent/llm/endpoint.h"
#include "agent/store/store.h"
#include "mapping/patch/config_patch.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

struct PatchReply {
  providers::Reply reply;
  mapping::ConfigPatch patch;
};

struct PatchReplies {
  std::string prompt;
  std::vector<PatchReply> replies;  ///< by repetition; cancelled ones are missing
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
};

/// The repair prompt: the program in its config["NAME"] form, values hidden, with task, data set
/// and goal.
std::string repair_prompt(const PatchRequest& request, const LlmOptions& options);

/// Asks `options.replies` times. Every reply is stored before it is read; a reply that is in the
/// store is not asked for again. A reply that failed is kept in the result with its error; when all
/// fail, the first error is thrown as EnvironmentError.
PatchReplies ask_for_patches(const PatchRequest& request, const LlmOptions& options,
                             const Endpoint& endpoint, Store& store,
                             const std::atomic<bool>& cancel);

}  // namespace dlfix::agent
