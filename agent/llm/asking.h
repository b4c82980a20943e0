// Asks endpoints, keeps every reply in the run store before anything reads it, and asks for nothing
// that is there already.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "agent/llm/endpoint.h"
#include "agent/store/store.h"
#include "providers/chat.h"

namespace dlfix::agent {

struct Answers {
  std::vector<providers::Reply> replies;  ///< one per request, whatever its outcome
  int sent = 0;                           ///< requests that really went out, repeated ones included
  int stored = 0;                         ///< replies taken from the run store
  std::vector<std::string> notes;         ///< what a reader of the result must know
};

/// One request per temperature and repetition, temperatures outermost.
std::vector<providers::ChatRequest> independent_requests(const Endpoint& endpoint,
                                                         const std::string& prompt,
                                                         const LlmOptions& options);

/// What is kept with each reply beside the request: {"prompt_sha256": ..., "template": ...}. Holds
/// no secret.
using Provenance = nlohmann::json;

/// Called in the asking thread after every reply.
using ReplyProgress = std::function<void(int done, int of)>;

/// Key of a reply: dialect, URL, model, parameters, messages, repetition. An answer in the store is
/// not asked for again; one that was received and never read (a killed process) is read now.
/// Failures are kept in the result with their error and not stored. Errors: EnvironmentError
/// (store).
Answers ask(const Endpoint& endpoint, std::span<const providers::ChatRequest> requests,
            Store& store, const std::atomic<bool>& cancel, const Provenance& provenance = {},
            const ReplyProgress& progress = {});

/// The same of several endpoints at once, `requests` per endpoint; each host has its own pace.
std::vector<Answers> ask_all(std::span<const Endpoint> endpoints,
                             std::span<const std::vector<providers::ChatRequest>> requests,
                             Store& store, const std::atomic<bool>& cancel,
                             const Provenance& provenance = {}, const ReplyProgress& progress = {});

/// "about 3,200 tokens sent and 5,000 received to api.openai.com, about 0.06 USD (prices of ...)".
std::string announcement(const Endpoint& endpoint,
                         std::span<const providers::ChatRequest> requests);

/// What asking would send: an entry an endpoint that is asked, none for recordings.
struct Forecast {
  std::vector<std::string> announcements;
  std::vector<providers::CostEstimate> estimates;
  void add(const Endpoint& endpoint, std::span<const providers::ChatRequest> requests);
};

/// Errors: EnvironmentError with the first failure when every reply of every endpoint failed.
void throw_when_all_failed(std::span<const Answers> answers);

}  // namespace dlfix::agent
