// What is answered at once: reading, localising and prompting a program.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/cli/resources.h"
#include "agent/lsp/positions.h"
#include "agent/serve/body.h"
#include "agent/serve/root_paths.h"
#include "agent/serve/router.h"
#include "agent/serve/static_analysis.h"

namespace dlfix::agent::serve {

/// The program that a request names: `path` or `uri` below the root, with the text as posted or,
/// without one, as saved; a text alone is a program in the root's folder that was never saved.
struct NamedProgram {
  ProgramText program;
  std::string uri;
  nlohmann::json version;  ///< of the document; null
  bool posted = false;     ///< the text came with the request
  lsp::Encoding encoding = lsp::Encoding::kUtf16;
};

struct Technique {
  std::string name;         ///< as --technique
  std::string description;  ///< for a person who chooses
};
/// The first is the default.
std::vector<Technique> repair_techniques();

/// Members that name a program; for the list of those that a body may have.
std::vector<std::string> program_members();
/// Errors: ProblemError.
NamedProgram named_program(const Body& body, const RootPaths& paths, std::size_t most_bytes);

struct ProgramsApiOptions {
  std::string executable;  ///< dlfix-agent itself, for prompts
  std::string scratch;
  std::size_t text_bytes = 1024 * 1024;
};

class ProgramsApi {
 public:
  ProgramsApi(ProgramsApiOptions options, const RootPaths& paths, StaticAnalysis& analysis);
  /// /v1/inspect, /v1/prompt, /v1/techniques, /v1/rules. /v1/localise is localise().
  void add_routes(Router& router);
  void localise(const Body& body, httplib::Response& response) const;

 private:
  void inspect(const Body& body, httplib::Response& response) const;
  void prompt(const Body& body, httplib::Response& response);
  nlohmann::json rules();
  /// Runs the command line and returns its document. Errors: ProblemError.
  nlohmann::json command(const std::vector<std::string>& arguments) const;

  ProgramsApiOptions options_;
  const RootPaths& paths_;
  StaticAnalysis& analysis_;
  std::mutex one_prompt_;
  std::mutex rules_mutex_;
  nlohmann::json rules_;
};

}  // namespace dlfix::agent::serve
