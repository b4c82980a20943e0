// The models of a comparison: how a column of replies is asked.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/commands/prompt_options_parser.h"
#include "agent/compare/compare.h"
#include "agent/compare/localising.h"
#include "agent/llm/options.h"
#include "agent/localise/finding_replies.h"
#include "agent/localise/truth_scores.h"
#include "agent/prompting/patch_source.h"
#include "agent/prompting/prompt_steps.h"
#include "agent/store/store.h"
#include "mapping/program/probe.h"

namespace dlfix::agent {

/// What a column of replies asks.
struct ModelColumn {
  std::string llm;     ///< "openai:gpt-4o"; empty: `replay`
  std::string replay;  ///< FILE
  double temperature = 0;
  std::optional<PromptStep> step = {};  ///< of an ablation; absent: the common prompt
};

/// What all columns have in common.
struct ModelSetting {
  const LlmOptions& llm;
  const PromptWords& words;
  Store& store;
  std::string prompts_directory;
};

/// A program and how it is read. `probe` is made for it, with its own name map.
struct AskedProgram {
  std::string program;
  mapping::ProbeOptions probe;
};

/// The column's replies to the repair prompt, ready to be asked for. Errors: as open_endpoints.
std::unique_ptr<PatchSource> open_patches(const ModelSetting& setting, const ModelColumn& column,
                                          const AskedProgram& asked);

/// The column's replies to the localisation prompt, mapped by rules. Errors: as open_endpoints and
/// ask_for_findings.
FindingReplies ask_findings(const ModelSetting& setting, const ModelColumn& column,
                            const AskedProgram& asked, const mapping::Program& program);

/// What ask_findings() would send. Errors: as open_endpoints.
Forecast foresee_findings(const ModelSetting& setting, const ModelColumn& column,
                          const AskedProgram& asked, const mapping::Program& program);

/// What is known to be wrong with a program: its manifest's ground truth, or what its fix changes,
/// and the alternatives of its neutrality analysis. Errors: InputError when nothing is known.
KnownFaults known_faults_of(const ComparedProgram& entry, const AskedProgram& asked,
                            const mapping::Program& program);

}  // namespace dlfix::agent
