#include "providers/openai_chat.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <random>
#include <vector>

namespace dlfix::providers {
namespace {

using nlohmann::json;

constexpr auto kReplaceInvalid = json::error_handler_t::replace;

std::string without_secret(std::string text, const std::string& secret) {
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
    text.replace(at, secret.size(), "[key]");
  return text;
}

std::string text_field(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

std::int64_t count_field(const json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_number_integer() ? field->get<std::int64_t>() : 0;
}

std::string remedy_for(int status) {
  switch (status) {
    case 0:
      return "is the endpoint running, and the base URL right?";
    case 401:
      return "check the API key";
    case 403:
      return "this key has no access to that model or country";
    case 404:
      return "check the model's name and the base URL (it usually ends in /v1)";
    case 429:
      return "the account's quota or rate limit is spent";
    default:
      return "";
  }
}

std::string describe_failure(const OpenAiEndpoint& endpoint, const HttpResponse& response) {
  std::string what;
  if (response.status == 0) {
    what = response.error;
  } else {
    const json body = json::parse(response.body, nullptr, false);
    std::string message;
    if (body.is_object() && body.contains("error"))
      message = body["error"].is_string() ? body["error"].get<std::string>()
                                          : text_field(body["error"], "message");
    if (message.empty()) message = response.body.substr(0, 200);
    what = fmt::format("HTTP {}: {}", response.status, message);
  }
  const std::string remedy = remedy_for(response.status);
  return fmt::format("{}: {}{}", endpoint.base_url, what,
                     remedy.empty() ? "" : " (" + remedy + ")");
}

/// The first choice's message into `reply`.
void read_choice(const json& choice, Reply& reply) {
  const auto message = choice.find("message");
  const std::string finish = text_field(choice, "finish_reason");
  std::string refusal;
  if (message != choice.end()) {
    reply.text = text_field(*message, "content");
    refusal = text_field(*message, "refusal");
  }
  if (finish == "content_filter") {
    reply.outcome = ReplyOutcome::kContentFilter;
  } else if (!refusal.empty()) {
    reply.outcome = ReplyOutcome::kRefused;
    reply.error = "the model refused: " + refusal;
  } else if (finish == "length") {
    reply.outcome = ReplyOutcome::kTruncated;
  } else {
    reply.outcome = reply.text.empty() ? ReplyOutcome::kEmpty : ReplyOutcome::kOk;
  }
}

class OpenAiProvider : public Provider {
 public:
  explicit OpenAiProvider(OpenAiEndpoint endpoint) : endpoint_(std::move(endpoint)) {}

  std::string dialect() const override { return endpoint_.dialect; }
  std::string base_url() const override { return endpoint_.base_url; }

  void complete(std::span<const ChatRequest> requests, const std::atomic<bool>* cancel,
                const ReplyHandler& on_reply) override {
    std::vector<HttpRequest> http;
    for (const auto& request : requests) http.push_back(openai_request(endpoint_, request));
    std::vector<State> states(requests.size());
    bool stop = false;
    const Run run{requests, on_reply, states, stop};

    HttpOptions options = endpoint_.http;
    options.stopped = [&] { return stop || (cancel != nullptr && cancel->load()); };
    send_all(http, options, [&](std::size_t index, const HttpResponse& response) {
      return handle(run, index, response);
    });
    finish_unsent(run, cancel);
  }

 private:
  struct State {
    int attempts = 0;
    bool without_temperature = false;
    bool done = false;
  };
  struct Run {
    std::span<const ChatRequest> requests;
    const ReplyHandler& on_reply;
    std::vector<State>& states;
    bool& stop;
  };

  std::optional<HttpRetry> handle(const Run& run, std::size_t index, const HttpResponse& response) {
    State& state = run.states[index];
    ++state.attempts;
    if (refuses_temperature(response) && run.requests[index].temperature &&
        !state.without_temperature) {
      state.without_temperature = true;
      return HttpRetry{{}, openai_request(endpoint_, run.requests[index], true).body};
    }
    const double jitter = std::uniform_real_distribution<>(0, 1)(random_);
    if (const auto delay = retry_delay(response, state.attempts, endpoint_.retry, jitter))
      return HttpRetry{*delay, std::nullopt};
    Reply reply = openai_reply(endpoint_, response);
    reply.attempts = state.attempts;
    reply.temperature_applied = !state.without_temperature;
    reply.final_for_run = ends_the_run(response);
    state.done = true;
    if (reply.final_for_run) {
      final_error_ = reply.error;
      run.stop = true;
    }
    run.on_reply(index, reply);
    return std::nullopt;
  }

  void finish_unsent(const Run& run, const std::atomic<bool>* cancel) {
    for (std::size_t index = 0; index < run.states.size(); ++index) {
      if (run.states[index].done) continue;
      Reply reply;
      const bool cancelled = cancel != nullptr && cancel->load();
      reply.outcome = cancelled ? ReplyOutcome::kCancelled : ReplyOutcome::kFailed;
      reply.error = cancelled ? "interrupted" : final_error_;
      reply.attempts = run.states[index].attempts;
      run.on_reply(index, reply);
    }
  }

  OpenAiEndpoint endpoint_;
  std::string final_error_;
  std::mt19937 random_{std::random_device{}()};
};

}  // namespace

HttpRequest openai_request(const OpenAiEndpoint& endpoint, const ChatRequest& request,
                           bool without_temperature) {
  json body{{"model", request.model}};
  for (const auto& message : request.messages)
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  if (request.temperature && !without_temperature) body["temperature"] = *request.temperature;

  HttpRequest http;
  http.url = endpoint.base_url;
  while (http.url.ends_with('/')) http.url.pop_back();
  http.url += "/chat/completions";
  http.headers = {"Content-Type: application/json", "User-Agent: dlfix-agent"};
  if (!endpoint.api_key.empty())
    http.headers.push_back("Authorization: Bearer " + endpoint.api_key);
  if (!endpoint.organization.empty())
    http.headers.push_back("OpenAI-Organization: " + endpoint.organization);
  if (!endpoint.project.empty()) http.headers.push_back("OpenAI-Project: " + endpoint.project);
  http.body = body.dump(-1, ' ', false, kReplaceInvalid);
  return http;
}

bool refuses_temperature(const HttpResponse& response) {
  if (response.status != 400) return false;
  const json body = json::parse(response.body, nullptr, false);
  if (!body.is_object() || !body.contains("error") || !body["error"].is_object()) return false;
  const json& error = body["error"];
  const std::string code = text_field(error, "code");
  const bool unsupported = code == "unsupported_value" || code == "unsupported_parameter";
  return text_field(error, "param") == "temperature" ||
         (unsupported && text_field(error, "message").find("temperature") != std::string::npos);
}

Reply openai_reply(const OpenAiEndpoint& endpoint, const HttpResponse& response) {
  Reply reply;
  reply.seconds = response.seconds;
  reply.raw = without_secret(response.body, endpoint.api_key);
  if (const auto id = response.headers.find("x-request-id"); id != response.headers.end())
    reply.request_id = id->second;
  if (response.status != 200) {
    reply.error = without_secret(describe_failure(endpoint, response), endpoint.api_key);
    return reply;
  }
  const json body = json::parse(response.body, nullptr, false);
  const auto choices = body.is_object() ? body.find("choices") : body.end();
  if (!body.is_object() || choices == body.end() || !choices->is_array() || choices->empty() ||
      !choices->front().is_object()) {
    reply.error = endpoint.base_url + ": the answer is not a chat completion in JSON" +
                  " (is the base URL that of an OpenAI-compatible API?)";
    return reply;
  }
  reply.model = text_field(body, "model");
  if (const auto usage = body.find("usage"); usage != body.end() && usage->is_object())
    reply.usage = {count_field(*usage, "prompt_tokens"), count_field(*usage, "completion_tokens"),
                   true};
  read_choice(choices->front(), reply);
  return reply;
}

std::unique_ptr<Provider> make_openai_provider(OpenAiEndpoint endpoint) {
  return std::make_unique<OpenAiProvider>(std::move(endpoint));
}

}  // namespace dlfix::providers
