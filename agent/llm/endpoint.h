// Which endpoints answer: --llm NAME:MODEL or --replay FILE[:SUBJECT], ready to be asked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/llm/options.h"
#include "providers/provider.h"
#include "providers/spending.h"

namespace dlfix::agent {

struct Endpoint {
  std::string name;  ///< as given: "openai:gpt-4o"; the recordings' file
  std::unique_ptr<providers::Provider> provider;
  std::string model;
  std::string host;  ///< that the program's text goes to; empty: nowhere (replay, a command)
  bool recorded = false;
  bool other_text = false;  ///< recorded replies that answered another text of the program
  std::string note;         ///< of hand-written recordings: shown with every use
  /// Count and caps, shared by all endpoints of a run; null for recordings.
  std::shared_ptr<providers::Spending> spending;
};

/// All of --llm, or the one of --replay; every --llm once. Errors: InputError as connect(),
/// --max-cost with a model whose price is not known, recordings without the subject, nothing asked
/// for; each with the way out.
std::vector<Endpoint> open_endpoints(const LlmOptions& options,
                                     const EnvironmentLookup& environment);

/// The first of them.
Endpoint open_endpoint(const LlmOptions& options, const EnvironmentLookup& environment);

}  // namespace dlfix::agent
