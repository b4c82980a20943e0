// The local endpoint as a whole.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/commands/scratch_folder.h"
#include "agent/serve/http_server.h"
#include "agent/serve/instance.h"
#include "agent/serve/jobs_api.h"
#include "agent/serve/probe_pool.h"
#include "agent/serve/programs_api.h"
#include "agent/serve/serve_options.h"

namespace dlfix::agent::serve {

/// An address that this machine alone reaches.
bool is_loopback(const std::string& host);
/// What a server means that others than this machine reach.
std::string exposure_warning();

class App {
 public:
  /// Errors: InputError (options), EnvironmentError (a server holds the root, the port is taken).
  App(ServeOptions options, std::function<void(const std::string&)> log);

  const std::string& url() const { return url_; }
  const std::string& token() const { return token_; }
  /// What contains programs that are run; empty without --allow-run.
  const std::string& containment() const { return jobs_.sandbox_means(); }
  const std::string& run_file() const { return instance_.file(); }
  /// Answers until stop().
  void run();
  void stop();
  const Router& router() const { return router_; }

 private:
  void add_routes();
  GuardRules rules(const std::string& scheme, int port,
                   const std::vector<std::string>& certified) const;

  ServeOptions options_;
  RootPaths paths_;
  ScratchFolder scratch_;
  Instance instance_;
  ProbePool probes_;
  StaticAnalysis analysis_;
  ProgramsApi programs_;
  Router router_;
  JobsApi jobs_;
  std::optional<HttpServer> server_;  ///< made last: it needs the others and the certificate
  std::string token_;
  std::string url_;
};

}  // namespace dlfix::agent::serve
