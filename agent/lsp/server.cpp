#include "agent/lsp/server.h"

#include <algorithm>

#include <fmt/format.h>

#include "agent/lsp/diagnostics.h"
#include "agent/serve/problem.h"
#include "agent/serve/root_paths.h"
#include "trainer/support/errors.h"
#include "trainer/support/json_int.h"

namespace dlfix::agent::lsp {
namespace {

using nlohmann::json;
using support::saturated_int;

// JSON-RPC and LSP 3.17.
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kInternalError = -32603;
constexpr int kNotInitialized = -32002;
constexpr int kRequestFailed = -32803;
constexpr int kRequestCancelled = -32800;

constexpr const char* kRepairCommand = "dlfix.repair";

std::string uri_of(const json& params) {
  return params.at("textDocument").at("uri").get<std::string>();
}

bool overlap(const json& a, const json& b) {
  const auto before = [](const json& p, const json& q) {
    return std::pair(saturated_int(p, "line", 0), saturated_int(p, "character", 0)) <
           std::pair(saturated_int(q, "line", 0), saturated_int(q, "character", 0));
  };
  return !before(a["end"], b["start"]) && !before(b["end"], a["start"]);
}

json capabilities(Encoding encoding) {
  return {{"positionEncoding", to_string(encoding)},
          {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", false}}},
          {"hoverProvider", true},
          {"codeActionProvider", {{"codeActionKinds", json::array({"quickfix"})}}},
          {"executeCommandProvider",
           {{"commands", json::array({kRepairCommand})}, {"workDoneProgress", true}}}};
}

}  // namespace

std::string Server::path_of(const std::string& uri) const {
  const auto path = serve::path_of_uri(uri);
  return path && !path->empty() && !path->ends_with('/') ? *path : unsaved_.path() + "/untitled.py";
}

void Server::handle(const std::vector<json>& messages) {
  for (const json& message : messages) {
    if (message.is_object() && message.value("method", "") == "$/cancelRequest") {
      cancelled_.insert(message.value("/params/id"_json_pointer, json()).dump());
    }
  }
  for (const json& message : messages) handle_one(message);
  cancelled_.clear();
}

void Server::handle_one(const json& message) {
  if (!message.is_object()) return refuse(nullptr, kInvalidRequest, "not a message");
  const json id = message.value("id", json());
  if (!message.contains("method") || !message["method"].is_string()) {
    if (!id.is_number_integer()) return refuse(id, kInvalidRequest, "not a message");
    const auto asked = asked_.find(id.get<std::int64_t>());
    if (asked == asked_.end()) return;
    const auto then = std::move(asked->second);
    asked_.erase(asked);
    if (message.contains("result")) then(message["result"]);
    return;
  }
  const auto method = message["method"].get<std::string>();
  const json params = message.value("params", json::object());
  try {
    if (message.contains("id")) {
      request(id, method, params);
    } else {
      notification(method, params);
    }
  } catch (const serve::ProblemError& error) {
    if (message.contains("id")) refuse(id, kRequestFailed, error.what());
  } catch (const json::exception& error) {
    if (message.contains("id")) {
      refuse(id, kInvalidParams, "the params of " + method + " are not as the protocol has them");
    }
  } catch (const support::Error& error) {
    if (message.contains("id")) refuse(id, kInternalError, error.what());
  }
}

void Server::request(const json& id, const std::string& method, const json& params) {
  if (cancelled_.contains(id.dump())) return refuse(id, kRequestCancelled, "cancelled");
  if (method == "initialize") {
    if (initialized_) return refuse(id, kInvalidRequest, "initialize came twice");
    return reply(id, initialize(params));
  }
  if (!initialized_) return refuse(id, kNotInitialized, "initialize has to come first");
  if (shut_down_) return refuse(id, kInvalidRequest, "the server was shut down");
  if (method == "shutdown") {
    shut_down_ = true;
    if (task_) task_->cancel();
    return reply(id, nullptr);
  }
  if (method == "textDocument/hover") return reply(id, hover(params));
  if (method == "textDocument/codeAction") return reply(id, code_actions(params));
  if (method == "workspace/executeCommand") return execute(id, params);
  refuse(id, kMethodNotFound, method + " is not served");
}

void Server::notification(const std::string& method, const json& params) {
  if (method == "exit") {
    exit_code_ = shut_down_ ? 0 : 1;
  } else if (!initialized_ || shut_down_) {
    return;
  } else if (method == "initialized") {
    pull_configuration();
  } else if (method == "textDocument/didOpen") {
    open(params);
  } else if (method == "textDocument/didChange") {
    change(params);
  } else if (method == "textDocument/didClose") {
    close(params);
  } else if (method == "workspace/didChangeConfiguration") {
    if (params.contains("settings")) configure(params["settings"].value("dlfix", json::object()));
    pull_configuration();
  } else if (method == "$/cancelRequest") {
    cancel_request(params.at("id"));
  } else if (method == "window/workDoneProgress/cancel") {
    if (task_ && task_->token() == params.at("token")) task_->cancel();
  }
}

void Server::reply(const json& id, json result) {
  send_({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

void Server::refuse(const json& id, int code, const std::string& message) {
  send_({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}});
}

void Server::notify(const std::string& method, json params) {
  send_({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

void Server::ask_client(const std::string& method, json params,
                        std::function<void(const json&)> then) {
  asked_[++last_asked_] = std::move(then);
  send_(
      {{"jsonrpc", "2.0"}, {"id", last_asked_}, {"method", method}, {"params", std::move(params)}});
}

json Server::initialize(const json& params) {
  initialized_ = true;
  const json client = params.value("capabilities", json::object());
  for (const json& name : client.value("/general/positionEncodings"_json_pointer, json::array())) {
    if (const auto known =
            name.is_string() ? parse_encoding(name.get<std::string>()) : std::nullopt) {
      encoding_ = *known;
      break;
    }
  }
  pulls_configuration_ = client.value("/workspace/configuration"_json_pointer, false);
  shows_progress_ = client.value("/window/workDoneProgress"_json_pointer, false);
  if (params.contains("processId") && params["processId"].is_number_integer()) {
    parent_ = saturated_int(params["processId"]);
  }
  configure(params.value("initializationOptions", json::object()));
  return {{"capabilities", capabilities(encoding_)},
          {"serverInfo", {{"name", "dlfix-agent"}, {"version", DLFIX_VERSION}}}};
}

void Server::configure(const json& settings) {
  if (!settings.is_object()) return;
  const auto text = [&](const char* name, std::string& value) {
    if (settings.contains(name) && settings[name].is_string()) value = settings[name];
  };
  text("budget", repair_.budget);
  text("technique", repair_.technique);
  text("python", repair_.python);
  if (settings.contains("debounce") && settings["debounce"].is_number()) {
    debounce_ = std::chrono::milliseconds(
        std::clamp(static_cast<int>(settings["debounce"].get<double>()), 0, 10'000));
  }
}

void Server::pull_configuration() {
  if (!pulls_configuration_) return;
  ask_client("workspace/configuration", {{"items", json::array({{{"section", "dlfix"}}})}},
             [this](const json& answer) {
               if (answer.is_array() && !answer.empty()) configure(answer.front());
             });
}

void Server::open(const json& params) {
  const json& item = params.at("textDocument");
  const auto uri = item.at("uri").get<std::string>();
  documents_[uri] = {uri, item.at("text").get<std::string>(), item.value("version", json())};
  pending_[uri] = Clock::now();
}

void Server::change(const json& params) {
  const auto known = documents_.find(uri_of(params));
  if (known == documents_.end()) return;
  apply_changes(known->second, params.at("contentChanges"), encoding_);
  known->second.version = params["textDocument"].value("version", json());
  pending_[known->first] = Clock::now() + debounce_;
}

void Server::close(const json& params) {
  const std::string uri = uri_of(params);
  documents_.erase(uri);
  pending_.erase(uri);
  notify("textDocument/publishDiagnostics", {{"uri", uri}, {"diagnostics", json::array()}});
}

std::shared_ptr<const serve::Analysis> Server::analyse(const std::string& uri) {
  const auto known = documents_.find(uri);
  if (known == documents_.end()) return nullptr;
  try {
    return analysis_.analyse({path_of(uri), known->second.text});
  } catch (const serve::ProblemError&) {
    return nullptr;  // half-typed, or no program of Keras: nothing to say about it
  } catch (const support::Error&) {
    return nullptr;
  }
}

void Server::publish(const std::string& uri) {
  const auto analysis = analyse(uri);
  json params{{"uri", uri}, {"diagnostics", json::array()}};
  if (const json& version = documents_[uri].version; !version.is_null()) {
    params["version"] = version;
  }
  if (analysis) params["diagnostics"] = diagnostics_of(*analysis, encoding_);
  notify("textDocument/publishDiagnostics", std::move(params));
}

json Server::hover(const json& params) {
  const auto analysis = analyse(uri_of(params));
  if (!analysis) return nullptr;
  const json& position = params.at("position");
  return hover_at(*analysis, saturated_int(position, "line", 0),
                  saturated_int(position, "character", 0), encoding_);
}

json Server::code_actions(const json& params) {
  const std::string uri = uri_of(params);
  const auto analysis = analyse(uri);
  json actions = json::array();
  if (!analysis) return actions;
  const json& version = documents_[uri].version;
  for (const json& diagnostic : diagnostics_of(*analysis, encoding_)) {
    if (!overlap(diagnostic["range"], params.at("range"))) continue;
    const auto finding = diagnostic["data"]["finding"].get<std::size_t>();
    json edit = workspace_edit(*analysis, finding, uri, version, encoding_);
    if (edit.is_null()) continue;
    actions.push_back({{"title", analysis->titles[finding]},
                       {"kind", "quickfix"},
                       {"diagnostics", json::array({diagnostic})},
                       {"edit", std::move(edit)}});
  }
  const std::string title = "repair by retraining…";
  actions.push_back(
      {{"title", title},
       {"kind", "quickfix"},
       {"command",
        {{"title", title}, {"command", kRepairCommand}, {"arguments", json::array({uri})}}}});
  return actions;
}

void Server::execute(const json& id, const json& params) {
  if (params.at("command") != kRepairCommand) {
    return refuse(id, kInvalidParams, "there is no such command");
  }
  const auto uri = params.at("arguments").at(0).get<std::string>();
  const auto known = documents_.find(uri);
  if (known == documents_.end()) return refuse(id, kInvalidParams, uri + " is not open");
  if (task_) return refuse(id, kRequestFailed, "a repair is running already");
  json token = params.value("workDoneToken", json());
  if (token.is_null() && shows_progress_) {
    token = fmt::format("dlfix-repair-{}", id.dump());
    ask_client("window/workDoneProgress/create", {{"token", token}}, [](const json&) {});
  }
  task_ = std::make_unique<RepairTask>(known->second, path_of(uri), repair_, id, token);
  if (!token.is_null()) {
    notify("$/progress", {{"token", token},
                          {"value",
                           {{"kind", "begin"},
                            {"title", "repair by retraining"},
                            {"cancellable", true},
                            {"percentage", 0}}}});
  }
}

void Server::cancel_request(const json& id) {
  if (task_ && task_->id() == id) task_->cancel();
}

void Server::finish_repair() {
  const auto task = std::move(task_);
  const serve::JobOutcome outcome = task->finish();
  const bool proven = outcome.answer.is_object() && outcome.answer.value("outcome", "") == "proven";
  const std::string words = task->cancelled() ? "cancelled"
                            : outcome.problem ? outcome.problem->detail
                                              : outcome.answer.value("verdict", "");
  if (!task->token().is_null()) {
    notify("$/progress",
           {{"token", task->token()}, {"value", {{"kind", "end"}, {"message", words}}}});
  }
  if (task->cancelled()) return refuse(task->id(), kRequestCancelled, words);
  if (outcome.problem) return refuse(task->id(), kRequestFailed, words);
  json edit = task->edit(outcome.answer);
  reply(task->id(), {{"outcome", outcome.answer.value("outcome", "")},
                     {"verdict", words},
                     {"diff", outcome.answer.value("diff", "")},
                     {"edit", edit}});
  if (proven && !edit.is_null()) {
    offer_patch({{"words", words}, {"edit", std::move(edit)}});
  } else {
    notify("window/showMessage", {{"type", 3}, {"message", words}});
  }
}

void Server::offer_patch(const json& offered) {
  constexpr const char* kApply = "Apply the patch";
  ask_client("window/showMessageRequest",
             {{"type", 3},
              {"message", offered["words"]},
              {"actions", json::array({{{"title", kApply}}, {{"title", "Leave it"}}})}},
             [this, edit = offered["edit"], kApply](const json& chosen) {
               if (!chosen.is_object() || chosen.value("title", "") != kApply) return;
               ask_client("workspace/applyEdit", {{"label", "dlfix-agent repair"}, {"edit", edit}},
                          [](const json&) {});
             });
}

void Server::tick() {
  const auto now = Clock::now();
  std::vector<std::string> due;
  for (const auto& [uri, time] : pending_) {
    if (time <= now) due.push_back(uri);
  }
  for (const std::string& uri : due) {
    pending_.erase(uri);
    publish(uri);
  }
  while (task_) {
    if (task_->cancelled() || task_->ended()) return finish_repair();
    const auto report = task_->next_report();
    if (!report) break;
    if (!task_->token().is_null()) {
      notify("$/progress", {{"token", task_->token()}, {"value", *report}});
    }
  }
}

std::optional<Server::Clock::time_point> Server::due() const {
  std::optional<Clock::time_point> first;
  for (const auto& [uri, time] : pending_) first = first ? std::min(*first, time) : time;
  if (task_) {
    const auto soon = Clock::now() + std::chrono::milliseconds(200);
    first = first ? std::min(*first, soon) : soon;
  }
  return first;
}

}  // namespace dlfix::agent::lsp
