// Asks models for patches and reads their replies.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "agent/llm/endpoint.h"
#include "agent/llm/reply_result.h"
#include "agent/prompting/compose.h"
#include "agent/store/store.h"
#include "mapping/patch/config_patch.h"
#include "mapping/program/probe.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

struct PatchReply {
  std::string endpoint;  ///< "openai:gpt-4o", or the recordings' file
  double temperature = 0;
  providers::Reply reply;
  mapping::ConfigPatch patch;
};

struct PatchReplies {
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
  /// All of them for a report, nothing judged yet.
  std::vector<ReplyResult> results(int round) const;
};

struct PatchRequest {
  const mapping::Program* program = nullptr;
  std::vector<ComposedPrompt> prompts;  ///< what each endpoint is asked with
  mapping::ProbeOptions probe;          ///< reads replies that are programs or diffs
};

/// Asks every endpoint `options.replies` times at each temperature, as ask_all(). A reply that
/// failed is kept in the result with its error; when all fail, the first error is thrown as
/// EnvironmentError.
PatchReplies ask_for_patches(const PatchRequest& request, const LlmOptions& options,
                             std::span<const Endpoint> endpoints, Store& store,
                             const std::atomic<bool>& cancel);

}  // namespace dlfix::agent
