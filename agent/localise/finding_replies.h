// Asks models what is wrong with a program and maps what they say to findings.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/llm/asking.h"
#include "agent/prompting/compose.h"
#include "mapping/findings/mapper.h"
#include "mapping/findings/votes.h"

namespace dlfix::agent {

/// One reply, mapped. A failed request has an outcome and no answers.
struct FindingReply {
  std::string endpoint;  ///< "openai:gpt-4o", or the recordings' file
  double temperature = 0;
  providers::ReplyOutcome outcome = providers::ReplyOutcome::kFailed;
  std::string error;
  std::string text;
  mapping::MappedReply mapped;
};

struct FindingReplies {
  std::vector<FindingReply> replies;
  int sent = 0;
  int stored = 0;
  std::int64_t tokens = 0;
  std::vector<std::string> notes;

  /// Votes over the replies that say anything at all.
  mapping::VotedFindings votes() const;
};

/// What asking needs beside the prompt. All outlive the call.
struct Asking {
  const LlmOptions& llm;
  std::span<const Endpoint> endpoints;
  Store& store;
  const std::atomic<bool>& cancel;
};

/// Sends the prompt `llm.replies` times at each temperature to every endpoint (stored replies are
/// not asked for again) and maps each reply. Errors: EnvironmentError when every request failed.
FindingReplies ask_for_findings(const ComposedPrompt& prompt, const mapping::Program& program,
                                const Asking& asking, mapping::AnswerMapper& mapper);

/// "rules", "llm" or "hybrid"; the latter two ask the first endpoint, at temperature 0, and keep
/// its replies in the store like any. Errors: InputError (a mapper that asks without a provider,
/// or with recordings, which cannot be asked anything).
std::unique_ptr<mapping::AnswerMapper> make_mapper(const std::string& name, const Asking& asking);

}  // namespace dlfix::agent
