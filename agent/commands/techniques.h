// The techniques that --technique names, and what asking a model has cost.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "agent/commands/repair_options_parser.h"
#include "agent/prompting/patch_source.h"
#include "agent/store/store.h"
#include "agent/workflows/repair_report.h"
#include "eval/repairers/repairer.h"

namespace dlfix::agent {

/// What can be said of the options before anything is trained. Errors: InputError (llm without a
/// provider), or as open_endpoints and read_prompt_options.
void check_technique(const RepairCommand& command);

class Techniques {
 public:
  /// All references must outlive this. `prompts`: folder of templates and context limits; `probe`
  /// shortens programs that a prompt has no room for.
  Techniques(const RepairCommand& command, Store& store, std::string prompts,
             mapping::ProbeOptions probe, const std::atomic<bool>& cancel);

  /// auto: the model's configs first where a provider is configured, then guided; without one
  /// guided. `command` has passed check_technique(). Errors: InputError (unknown name).
  std::unique_ptr<eval::Repairer> make(const std::string& technique);

  /// What asking the configured models would send and cost; empty: no model would be asked.
  std::vector<std::string> announcements(const mapping::Program& program,
                                         const std::string& metric);

  /// Puts requests, tokens, replies and notes into a report.
  void settle(RepairReport& report) const;

 private:
  PatchSource& source();

  const RepairCommand& command_;
  Store& store_;
  std::string prompts_;
  mapping::ProbeOptions probe_;
  const std::atomic<bool>& cancel_;
  std::unique_ptr<PatchSource> source_;  ///< null: no model was asked
};

}  // namespace dlfix::agent
