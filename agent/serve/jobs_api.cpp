#include "agent/serve/jobs_api.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "agent/lsp/diff_edits.h"
#include "agent/serve/problem.h"
#include "agent/serve/programs_api.h"
#include "mapping/program/probe.h"
#include "trainer/support/hash.h"

namespace dlfix::agent::serve {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::size_t kTextBytes = 1024 * 1024;
constexpr std::size_t kClientBytes = 64;
constexpr std::size_t kKeyBytes = 200;
constexpr int kListed = 200;
constexpr int kEventsAtOnce = 100;
constexpr std::int64_t kMostEvents = 999'999'999;
constexpr auto kHeartbeat = 15s;

std::string state_folder(const ServeOptions& options, const RootPaths& paths) {
  return options.store + ".serve/" + support::sha256(paths.root()).substr(0, 16);
}

JobRunnerOptions runner_options(const ServeOptions& options, const RootPaths& paths,
                                const std::string& python) {
  JobRunnerOptions runner;
  runner.executable = options.executable;
  runner.store = options.store;
  runner.folder = state_folder(options, paths) + "/jobs";
  runner.directory = paths.root();
  runner.python = python;
  runner.at_a_time = options.jobs;
  runner.run_seconds = options.run_seconds;
  runner.run_memory_mb = options.run_memory_mb;
  return runner;
}

/// Where secrets usually lie; programs that are run see empty folders there.
std::vector<std::string> secret_folders() {
  std::vector<std::string> folders;
  if (const char* runtime = std::getenv("XDG_RUNTIME_DIR")) folders.emplace_back(runtime);
  const char* home = std::getenv("HOME");
  if (home == nullptr) return folders;
  for (const char* name : {".ssh", ".gnupg", ".aws", ".config", ".kube", ".docker", ".netrc.d"}) {
    folders.push_back(std::string(home) + "/" + name);
  }
  return folders;
}

Sandbox make_sandbox(const ServeOptions& options, const RootPaths& paths) {
  if (!options.allow_run) return {};
  SandboxOptions sandbox;
  sandbox.folder = state_folder(options, paths) + "/bin";
  sandbox.python = options.python.empty()
                       ? mapping::find_interpreter_with({"numpy"}, {}, "--allow-run")
                       : options.python;
  sandbox.directory = paths.root();
  sandbox.writable = {fs::path(options.store).parent_path().string() + "/captures"};
  sandbox.readable = {paths.root(), state_folder(options, paths), options.resources.home};
  sandbox.hidden = secret_folders();
  sandbox.limits = {options.run_processes, std::int64_t{options.run_memory_mb} << 20};
  return Sandbox::create(sandbox);
}

bool is_name(const std::string& text, std::size_t most) {
  return text.size() <= most && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

[[noreturn]] void refuse(int status, const char* code, const std::string& detail) {
  throw ProblemError({status, code, detail, 0, json::object()});
}

std::string client_of(const httplib::Request& request) {
  const std::string name = request.get_header_value("Dlfix-Client");
  if (name.empty()) return request.remote_addr;
  if (!is_name(name, kClientBytes)) {
    refuse(422, "invalid_request", "Dlfix-Client: at most 64 letters, digits, dots and dashes");
  }
  return name;
}

std::string key_of(const httplib::Request& request) {
  const std::string key = request.get_header_value("Idempotency-Key");
  if (!is_name(key, kKeyBytes) || (key.empty() && request.has_header("Idempotency-Key"))) {
    refuse(422, "invalid_request", "Idempotency-Key: at most 200 letters, digits, dots and dashes");
  }
  return key;
}

std::vector<std::string> members_of(const std::string& kind) {
  std::vector<std::string> names = program_members();
  const std::vector<std::string> more =
      kind == "repair" ? std::vector<std::string>{"technique",   "budget", "metric", "seeds",
                                                  "prove_seeds", "seed",   "space",  "only",
                                                  "freeze",      "tools",  "model",  "llm"}
                       : std::vector<std::string>{"dynamic", "seeds", "tools", "model"};
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

void copy_text(const Body& body, const char* name, std::size_t most, json& request) {
  const auto value = body.text(name, most);
  if (!value) return;
  const bool plain = std::ranges::all_of(*value, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
  if (!plain || value->empty()) refuse_member(name, "has to be a word of letters and digits");
  request[name] = *value;
}

void copy_word(const Body& body, const char* name, const std::vector<std::string>& words,
               json& request) {
  if (body.has(name)) request[name] = body.word(name, words, words.front());
}

std::vector<std::string> technique_names() {
  std::vector<std::string> names;
  for (const Technique& technique : repair_techniques()) names.push_back(technique.name);
  return names;
}

void copy_number(const Body& body, const char* name, std::int64_t least, std::int64_t most,
                 json& request) {
  if (const auto value = body.number(name, least, most)) request[name] = *value;
}

void copy_words(const Body& body, const char* name, json& request) {
  const auto items = body.texts(name, 100, 100);
  for (const std::string& item : items) {
    const bool plain = !item.empty() && std::ranges::all_of(item, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain) refuse_member(name, "holds names of hyperparameters or kinds");
  }
  if (!items.empty()) request[name] = items;
}

/// Of repairs and localisations.
json common_options(const Body& body) {
  json options = json::object();
  copy_number(body, "seeds", 1, 100, options);
  copy_word(body, "tools", {"mended", "study", "faithful"}, options);
  copy_text(body, "model", 100, options);
  return options;
}

std::int64_t event_number_of(const std::string& text, const char* name) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size() &&
                     number >= 0 && number <= kMostEvents;
  if (!whole) {
    refuse(422, "invalid_request", std::string(name) + ": has to be a number of an event");
  }
  return number;
}

/// The header counts where both are given; both have to be right.
std::int64_t event_number(const httplib::Request& request) {
  const std::int64_t after =
      request.has_param("after") ? event_number_of(request.get_param_value("after"), "after") : 0;
  const std::string header = request.get_header_value("Last-Event-ID");
  return header.empty() ? after : event_number_of(header, "Last-Event-ID");
}

std::string event_text(const JobEvent& event) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.type, event.data);
}

}  // namespace

JobsApi::JobsApi(const ServeOptions& options, const RootPaths& paths)
    : options_(options),
      paths_(paths),
      sandbox_(make_sandbox(options, paths)),
      jobs_(state_folder(options, paths) + "/jobs.sqlite"),
      runner_(runner_options(options, paths, sandbox_.launcher()), jobs_) {}

void JobsApi::start(const std::atomic<bool>& stopping) {
  stopping_ = &stopping;
  if (options_.allow_run) runner_.start();
}

void JobsApi::add_routes(Router& router, BodyHandler localise) {
  router.add({"POST", "/v1/localise",
              [this, localise = std::move(localise)](
                  const httplib::Request& request, const PathValues&, httplib::Response& response) {
                const Body body(request.body, members_of("localise"));
                key_of(request);
                client_of(request);
                common_options(body);  // checked, whether it is used or not
                if (!body.flag("dynamic").value_or(false)) return localise(body, response);
                create("localise", body, request, response);
              }});
  router.add(
      {"POST", "/v1/repair",
       [this](const httplib::Request& request, const PathValues&, httplib::Response& response) {
         create("repair", Body(request.body, members_of("repair")), request, response);
       }});
  router.add({"GET", "/v1/jobs",
              [this](const httplib::Request&, const PathValues&, httplib::Response& response) {
                json list = json::array();
                for (const Job& job : jobs_.list(kListed)) list.push_back(to_json(job, false));
                answer(response, {{"jobs", std::move(list)}});
              }});
  router.add({"GET", "/v1/jobs/{id}",
              [this](const httplib::Request&, const PathValues& values,
                     httplib::Response& response) { answer(response, full(job_of(values))); }});
  router.add(
      {"POST", "/v1/jobs/{id}/cancel",
       [this](const httplib::Request&, const PathValues& values, httplib::Response& response) {
         const Job job = job_of(values);
         if (!job.ended()) runner_.cancel(job.id);
         for (int i = 0; i < 20 && !job_of(values).ended(); ++i) jobs_.wait(100ms);
         answer(response, full(job_of(values)));
       }});
  router.add({"GET", "/v1/jobs/{id}/events",
              [this](const httplib::Request& request, const PathValues& values,
                     httplib::Response& response) { events(job_of(values), request, response); }});
  router.add({"GET", "/v1/report/{id}",
              [this](const httplib::Request& request, const PathValues& values,
                     httplib::Response& response) { report(job_of(values), request, response); }});
}

void JobsApi::check_model(const Body& body, json& request) const {
  const auto model = body.text("llm", 200);
  if (!model) return;
  const auto& allowed = options_.allowed_models;
  if (std::ranges::find(allowed, *model) == allowed.end()) {
    refuse(403, "llm_not_allowed",
           "this server asks no such model; start it with --allow-llm and --max-cost");
  }
  if (jobs_.cost_of_day() + options_.max_cost_job > options_.max_cost_day) {
    throw ProblemError(
        {429, "cost_of_day", "models have cost today what they may", 3600, json::object()});
  }
  request["llm"] = *model;
  request["max_cost"] = options_.max_cost_job;
}

json JobsApi::job_request(const std::string& kind, const Body& body) const {
  const NamedProgram named = named_program(body, paths_, kTextBytes);
  json request{{"file", named.program.path}, {"uri", named.uri}, {"version", named.version}};
  if (named.posted) request["text"] = named.program.text;
  request.update(common_options(body));
  if (kind == "localise") return request;
  copy_number(body, "prove_seeds", 1, 100, request);
  copy_number(body, "seed", 0, 4294967295, request);
  copy_word(body, "technique", technique_names(), request);
  copy_word(body, "space", {"sane", "study"}, request);
  copy_text(body, "budget", 20, request);
  copy_text(body, "metric", 50, request);
  copy_words(body, "only", request);
  copy_words(body, "freeze", request);
  check_model(body, request);
  return request;
}

void JobsApi::create(const std::string& kind, const Body& body, const httplib::Request& request,
                     httplib::Response& response) {
  const json wanted = job_request(kind, body);
  if (!options_.allow_run) {
    refuse(403, "run_not_allowed",
           "this would run the program; the server has to be started with --allow-run");
  }
  const NewJob made =
      jobs_.add(client_of(request), kind, wanted, key_of(request), options_.jobs_per_client);
  response.set_header("Location", "/v1/jobs/" + made.job.id);
  answer(response, full(made.job), 202);
}

Job JobsApi::job_of(const PathValues& values) const {
  auto job = jobs_.find(values.at("id"));
  if (!job) refuse(404, "no_such_job", "there is no job of this id");
  return std::move(*job);
}

json JobsApi::full(const Job& job) const {
  json document = to_json(job, true);
  document["edit"] = nullptr;
  if (!job.result.is_object() || !job.result.contains("diff")) return document;
  const std::string file = fs::path(job.request.value("file", "")).filename().string();
  json edits = lsp::edits_of_diff(job.result.value("diff", ""), file);
  if (edits.empty()) return document;
  json change;
  change["textDocument"] = {{"uri", job.request.value("uri", "")},
                            {"version", job.request.value("version", json())}};
  change["edits"] = std::move(edits);
  document["edit"] = {{"documentChanges", json::array({std::move(change)})}};
  return document;
}

void JobsApi::events(const Job& job, const httplib::Request& request, httplib::Response& response) {
  const std::int64_t after = event_number(request);
  if (job.ended() && jobs_.events_after(job.id, after, 1).empty()) {
    response.status = 204;  // tells an EventSource not to come again
    return;
  }
  if (++streams_ > options_.limits.streams) {
    --streams_;
    throw ProblemError(
        {503, "too_many_streams", "too many event streams at a time", 5, json::object()});
  }
  struct State {
    std::int64_t last;
    std::chrono::steady_clock::time_point told;
  };
  auto state = std::make_shared<State>(State{after, std::chrono::steady_clock::now()});
  response.set_chunked_content_provider(
      "text/event-stream",
      [this, id = job.id, state](std::size_t, httplib::DataSink& sink) {
        const auto events = jobs_.events_after(id, state->last, kEventsAtOnce);
        std::string text;
        for (const JobEvent& event : events) text += event_text(event);
        const auto now = std::chrono::steady_clock::now();
        if (text.empty() && now - state->told > kHeartbeat) text = ": still there\n\n";
        if (!text.empty()) {
          if (!sink.write(text.data(), text.size())) return false;
          state->told = now;
          if (!events.empty()) state->last = events.back().id;
          return true;
        }
        const auto job = jobs_.find(id);
        const bool over = !job || (job->ended() && jobs_.events_after(id, state->last, 1).empty());
        if (over || *stopping_) {
          sink.done();
          return true;
        }
        if (!sink.is_writable()) return false;
        jobs_.wait(250ms);
        return true;
      },
      [this](bool) { --streams_; });
}

void JobsApi::report(const Job& job, const httplib::Request& request,
                     httplib::Response& response) const {
  if (job.status != "done") {
    throw ProblemError({409, "not_done", "the job has no report: it is " + job.status,
                        job.ended() ? 0 : 5, json::object()});
  }
  if (request.get_param_value("format") != "diff") return answer(response, job.result);
  const std::string diff = job.result.value("diff", "");
  response.set_header("Content-Disposition", "attachment; filename=\"patch.diff\"");
  response.set_content(diff, "text/x-diff");
}

}  // namespace dlfix::agent::serve
