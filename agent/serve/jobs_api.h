// Jobs over HTTP: making, listing, watching and cancelling them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "agent/serve/body.h"
#include "agent/serve/job_runner.h"
#include "agent/serve/job_store.h"
#include "agent/serve/root_paths.h"
#include "agent/serve/router.h"
#include "agent/serve/sandbox.h"
#include "agent/serve/serve_options.h"

namespace dlfix::agent::serve {

using BodyHandler = std::function<void(const Body&, httplib::Response&)>;

class JobsApi {
 public:
  /// Errors: EnvironmentError (the jobs' file; with --allow-run no sandbox can be had).
  JobsApi(const ServeOptions& options, const RootPaths& paths);
  /// /v1/localise, whose static part `localise` answers; /v1/repair, /v1/jobs and what is below,
  /// /v1/report.
  void add_routes(Router& router, BodyHandler localise);
  /// Goes on with what an earlier server left, then takes new jobs. `stopping` ends event streams.
  void start(const std::atomic<bool>& stopping);
  void stop() { runner_.stop(); }
  /// What contains programs; empty without --allow-run.
  const std::string& sandbox_means() const { return sandbox_.means(); }

 private:
  void create(const std::string& kind, const Body& body, const httplib::Request& request,
              httplib::Response& response);
  nlohmann::json job_request(const std::string& kind, const Body& body) const;
  void check_model(const Body& body, nlohmann::json& request) const;
  Job job_of(const PathValues& values) const;
  nlohmann::json full(const Job& job) const;
  void events(const Job& job, const httplib::Request& request, httplib::Response& response);
  void report(const Job& job, const httplib::Request& request, httplib::Response& response) const;

  ServeOptions options_;
  const RootPaths& paths_;
  Sandbox sandbox_;
  JobStore jobs_;
  JobRunner runner_;
  const std::atomic<bool>* stopping_ = nullptr;
  std::atomic<int> streams_{0};
};

}  // namespace dlfix::agent::serve
