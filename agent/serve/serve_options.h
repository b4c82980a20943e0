// What the local endpoint is started with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/cli/resources.h"
#include "agent/serve/limits.h"

namespace dlfix::agent::serve {

struct ServeOptions {
  std::string root = ".";
  std::string host = "127.0.0.1";
  int port = 8765;              ///< 0: any that is free
  std::string tls_certificate;  ///< PEM; empty: plain HTTP, for this machine alone
  std::string tls_key;
  bool exposure_accepted = false;  ///< the user knows what another host than loopback means
  std::vector<std::string> allowed_origins;
  std::string python;  ///< empty: searched for
  bool allow_run = false;
  int run_memory_mb = 8192;                 ///< of all programs that run, together
  int run_processes = 300;                  ///< the same
  int run_seconds = 600;                    ///< for the data code of one program
  std::vector<std::string> allowed_models;  ///< --allow-llm; empty: no provider is asked
  double max_cost_job = 0;                  ///< USD
  double max_cost_day = 0;
  std::string store;
  int probe_workers = 2;
  int queue = 64;           ///< programs that may wait to be read
  int jobs = 1;             ///< trainings at a time
  int jobs_per_client = 8;  ///< waiting or running
  Limits limits;
  Resources resources;
  std::string executable;  ///< dlfix-agent itself
};

}  // namespace dlfix::agent::serve
