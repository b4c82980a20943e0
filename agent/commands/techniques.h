// The techniques that --technique names, and what asking a model has cost.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/llm/endpoint.h"
#include "agent/store/store.h"
#include "agent/workflows/repair_report.h"
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

/// What can be said of the options before anything is trained. Errors: InputError (llm without a
/// provider), or as open_endpoint.
void check_technique(const std::string& technique, const LlmOptions& llm);

class Techniques {
 public:
  /// `store` must outlive this. `templates`: folder of the prompt templates.
  Techniques(LlmOptions llm, Store& store, std::string templates, const std::atomic<bool>& cancel);

  /// auto: the model's configs first where a provider is configured, then guided; without one
  /// guided. `technique` has passed check_technique(). Errors: InputError (unknown name).
  std::unique_ptr<eval::Repairer> make(const std::string& technique);

  /// Puts requests, tokens and notes into a report.
  void settle(RepairReport& report) const;

 private:
  std::vector<mapping::Config> ask(const mapping::Program& program);

  LlmOptions llm_;
  Store& store_;
  std::string templates_;
  const std::atomic<bool>& cancel_;
  ModelUsage usage_;
};

}  // namespace dlfix::agent
