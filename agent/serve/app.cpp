#include "agent/serve/app.h"

#include <fmt/format.h>

#include "agent/serve/openapi.h"
#include "agent/serve/page.h"
#include "trainer/support/errors.h"

namespace dlfix::agent::serve {
namespace {

bool is_loopback(const std::string& host) {
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

ServeOptions checked(ServeOptions options) {
  if (!is_loopback(options.host)) {
    throw support::InputError(
        "--host " + options.host + ": is not this machine alone",
        "take 127.0.0.1, and reach it from elsewhere through ssh -L, which encrypts");
  }
  if (!options.allowed_models.empty() && (options.max_cost_job <= 0 || options.max_cost_day <= 0)) {
    throw support::InputError("--allow-llm: nothing says what models may cost",
                              "add --max-cost and --max-cost-day");
  }
  return options;
}

ProbePoolOptions probe_options_of(const ServeOptions& options, const std::string& root,
                                  const std::string& scratch) {
  ProbePoolOptions probes;
  if (!options.python.empty()) probes.python = options.python;
  probes.probe_directory = options.resources.probe_directory();
  probes.folders = {root, scratch};
  probes.workers = options.probe_workers;
  probes.queue = options.queue;
  return probes;
}

StaticAnalysisOptions analysis_options_of(const std::string& root, const std::string& scratch) {
  StaticAnalysisOptions analysis;
  analysis.root = root;
  analysis.scratch = scratch;
  return analysis;
}

}  // namespace

App::App(ServeOptions options, std::function<void(const std::string&)> log)
    : options_(checked(std::move(options))),
      paths_(options_.root),
      instance_(paths_.root()),
      probes_(probe_options_of(options_, paths_.root(), scratch_.path())),
      analysis_(analysis_options_of(paths_.root(), scratch_.path()), probes_),
      programs_({options_.executable, scratch_.path()}, paths_, analysis_),
      jobs_(options_, paths_),
      server_(router_, options_.limits, std::move(log)),
      token_(new_token()) {
  add_routes();
  const int port = server_.bind(options_.host, options_.port);
  server_.set_rules(rules(port));
  url_ = fmt::format("http://{}:{}", options_.host == "::1" ? "[::1]" : options_.host, port);
  instance_.announce({url_, token_, DLFIX_VERSION, paths_.root()});
}

GuardRules App::rules(int port) const {
  GuardRules rules;
  rules.token = token_;
  for (const char* name : {"127.0.0.1", "localhost", "[::1]"}) {
    rules.hosts.push_back(fmt::format("{}:{}", name, port));
    rules.origins.push_back("http://" + rules.hosts.back());
  }
  rules.origins.insert(rules.origins.end(), options_.allowed_origins.begin(),
                       options_.allowed_origins.end());
  return rules;
}

void App::add_routes() {
  router_.add({"GET", "/health",
               [](const httplib::Request&, const PathValues&, httplib::Response& response) {
                 answer(response, nlohmann::json{{"status", "ok"}});
               },
               true});
  router_.add({"GET", "/v1/version",
               [this](const httplib::Request&, const PathValues&, httplib::Response& response) {
                 answer(response, {{"version", DLFIX_VERSION},
                                   {"api", 1},
                                   {"root", paths_.root()},
                                   {"allow_run", options_.allow_run},
                                   {"models", options_.allowed_models},
                                   {"position_encodings", {"utf-16", "utf-8", "utf-32"}}});
               }});
  router_.add({"GET", "/openapi.json",
               [this](const httplib::Request&, const PathValues&, httplib::Response& response) {
                 answer(response, openapi_document(url_));
               }});
  programs_.add_routes(router_);
  jobs_.add_routes(router_, [this](const Body& body, httplib::Response& response) {
    programs_.localise(body, response);
  });
  add_page(router_);
}

void App::run() {
  jobs_.start(server_.stopping());
  server_.run();
  jobs_.stop();
}

void App::stop() { server_.stop(); }

}  // namespace dlfix::agent::serve
