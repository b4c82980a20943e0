#include "agent/serve/app.h"

#include <filesystem>

#include <fmt/format.h>

#include "agent/serve/openapi.h"
#include "agent/serve/page.h"
#include "trainer/support/errors.h"

namespace dlfix::agent::serve {
namespace {

ServeOptions checked(ServeOptions options) {
  const bool tls = !options.tls_certificate.empty();
  if (tls != !options.tls_key.empty()) {
    throw support::InputError("--tls-cert and --tls-key belong together", "give both");
  }
  if (!is_loopback(options.host) && !tls) {
    throw support::InputError(
        "--host " + options.host + ": is not this machine alone, and nothing encrypts",
        "take 127.0.0.1, and reach it from elsewhere through ssh -L; or add --tls-cert");
  }
  if (!is_loopback(options.host) && !options.exposure_accepted) {
    throw support::InputError("--host " + options.host + ": " + exposure_warning(),
                              "add --accept-exposure when that is wanted");
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

std::optional<TlsContext> tls_of(const ServeOptions& options) {
  if (options.tls_certificate.empty()) return std::nullopt;
  return TlsContext(options.tls_certificate, options.tls_key);
}

std::string absolute_path(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

std::string shown_host(const std::string& host, const std::vector<std::string>& certified) {
  if (host == "0.0.0.0" || host == "::") return certified.empty() ? "127.0.0.1" : certified.front();
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

bool is_loopback(const std::string& host) {
  return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

std::string exposure_warning() {
  return "every machine that reaches this one can try to ask; who has the token can read the "
         "programs below the root and, with --allow-run, use this machine's processors";
}

App::App(ServeOptions options, std::function<void(const std::string&)> log)
    : options_(checked(std::move(options))),
      paths_(options_.root),
      instance_(paths_.root()),
      probes_(probe_options_of(options_, paths_.root(), scratch_.path())),
      analysis_(analysis_options_of(paths_.root(), scratch_.path()), probes_),
      programs_({options_.executable, scratch_.path()}, paths_, analysis_),
      jobs_(options_, paths_),
      token_(new_token()) {
  std::optional<TlsContext> tls = tls_of(options_);
  const std::vector<std::string> certified = tls ? tls->names() : std::vector<std::string>{};
  const char* scheme = tls ? "https" : "http";
  server_.emplace(router_, options_.limits, std::move(tls), std::move(log));
  add_routes();
  const int port = server_->bind(options_.host, options_.port);
  server_->set_rules(rules(scheme, port, certified));
  url_ = fmt::format("{}://{}:{}", scheme, shown_host(options_.host, certified), port);
  instance_.announce(
      {url_, token_, DLFIX_VERSION, paths_.root(), absolute_path(options_.tls_certificate)});
}

GuardRules App::rules(const std::string& scheme, int port,
                      const std::vector<std::string>& certified) const {
  GuardRules rules;
  rules.token = token_;
  std::vector<std::string> names{"127.0.0.1", "localhost", "[::1]"};
  names.insert(names.end(), certified.begin(), certified.end());
  for (const std::string& name : names) {
    rules.hosts.push_back(fmt::format("{}:{}", name, port));
    if (port == (scheme == "https" ? 443 : 80)) rules.hosts.push_back(name);
  }
  for (const std::string& host : rules.hosts) rules.origins.push_back(scheme + "://" + host);
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
  jobs_.start(server_->stopping());
  server_->run();
  jobs_.stop();
}

void App::stop() { server_->stop(); }

}  // namespace dlfix::agent::serve
