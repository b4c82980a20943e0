// Which endpoint answers: --llm NAME:MODEL or --replay FILE[:SUBJECT], with the environment's keys.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace dlfix::agent {

/// What the command line, the environment and the settings files say about providers.
struct LlmOptions {
  std::string llm;           ///< "openai:gpt-4o", "compatible:MODEL"; empty: none
  std::string base_url;      ///< --base-url; empty: the environment's, else the vendor's
  std::string replay;        ///< FILE or FILE:SUBJECT; empty: none
  std::string replay_model;  ///< of the recordings; empty: gpt-4 where there are several
  /// Names of this program in published recordings (a manifest's); any of them, or none, may be
  /// given as SUBJECT.
  std::vector<std::string> known_subjects;
  int replies = 10;
  double temperature = 0;
  int concurrency = 4;
  bool offline = false;             ///< loopback hosts only
  std::string variant = "listing";  ///< or "sent"
  std::string task;                 ///< --task-text; empty: inferred
  std::string dataset;              ///< --dataset; empty: inferred, or left out
  std::string goal;                 ///< --goal; empty: inferred
  bool asked_for() const { return !llm.empty() || !replay.empty(); }
};

/// Reads an environment variable; nothing when it is not set. Tests pass their own.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string&)>;
EnvironmentLookup process_environment();

struct Endpoint {
  std::unique_ptr<providers::Provider> provider;
  std::string model;
  std::string host;  ///< that the program's text goes to; empty: nowhere (replay)
  bool recorded = false;
  bool other_text = false;  ///< recorded replies that answered another text of the program
  std::string note;         ///< of hand-written recordings: shown with every use
};

/// Keys: OPENAI_API_KEY; base URL: option, OPENAI_BASE_URL (OPENAI_API_BASE too), vendor's.
/// Errors: InputError (unknown dialect, no model, no key for openai, --offline with another host,
/// recordings without the subject), each with the way out.
Endpoint open_endpoint(const LlmOptions& options, const EnvironmentLookup& environment);

}  // namespace dlfix::agent
