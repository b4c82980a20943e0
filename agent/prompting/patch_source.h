// A model as a source of candidate configs: asked with what is known of the program, and, with
// --refine, again with what its configs measured.
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/llm/asking.h"
#include "agent/llm/endpoint.h"
#include "agent/llm/patch_replies.h"
#include "agent/prompting/compose.h"
#include "agent/store/store.h"
#include "eval/repairers/repairer.h"

namespace dlfix::agent {

/// What the replies of this run amount to.
struct ModelUsage {
  int replies = 0;  ///< that the result rests on
  int stored = 0;   ///< of them taken from the run store
  std::int64_t tokens = 0;
  std::optional<double> usd = 0;  ///< spent now; nothing: price not known
  std::vector<std::string> notes;
};

class PatchSource {
 public:
  struct Setup {
    LlmOptions llm;
    PromptOptions prompting;
    std::string prompts_directory;
    mapping::ProbeOptions probe;
  };
  /// Asks `endpoints` (at least one). `store` and `cancel` must outlive this.
  PatchSource(Setup setup, std::vector<Endpoint> endpoints, Store& store,
              const std::atomic<bool>& cancel);

  /// The distinct usable configs of this round's replies, most frequent first; nothing when the
  /// rounds are over. Errors: as compose_prompt and ask_for_patches.
  std::vector<mapping::Config> propose(const eval::RepairContext& context,
                                       std::span<const eval::TrialResult> measured);
  /// What would be sent at most. What a reproduction or earlier answers add to prompts is not
  /// counted.
  Forecast forecast(const mapping::Program& program, const std::string& metric) const;
  const ModelUsage& usage() const { return usage_; }
  /// Every reply so far, as it was read.
  const std::vector<ReplyResult>& replies() const { return replies_; }
  const PromptOptions& prompting() const { return setup_.prompting; }

 private:
  std::vector<providers::ChatRequest> foreseen_requests(const mapping::Program& program,
                                                        const std::string& metric,
                                                        const Endpoint& endpoint) const;
  PromptRequest base_request(const mapping::Program& program, const std::string& metric,
                             const Endpoint& endpoint) const;
  PromptRequest prompt_request(const eval::RepairContext& context, const Endpoint& endpoint) const;
  void review(const eval::RepairContext& context);
  std::vector<std::string> own_findings(const eval::RepairContext& context,
                                        const Endpoint& endpoint);
  void announce();
  void keep(const eval::RepairContext& context, const PatchReplies& replies);
  void count(const PatchReplies& replies);
  void note(const std::string& sentence);

  Setup setup_;
  Store& store_;
  const std::atomic<bool>& cancel_;
  std::vector<Endpoint> endpoints_;
  std::vector<std::vector<std::string>> own_findings_;  ///< per endpoint
  int round_ = 0;
  ModelUsage usage_;
  std::vector<ReplyResult> replies_;
};

/// "assist", "assist, parts values,tools", "paper, listing", "paper, sent": the column that a
/// result belongs to.
std::string describe(const PromptOptions& options);

}  // namespace dlfix::agent
