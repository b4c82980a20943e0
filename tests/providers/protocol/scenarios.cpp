#include "tests/providers/protocol/scenarios.h"

#include <ctime>

namespace dlfix::tests {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

std::string http_date(int seconds_from_now) {
  const std::time_t time = std::time(nullptr) + seconds_from_now;
  std::tm parts{};
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&time, &parts));
  return text;
}

/// Azure's classic form has the model in the path.
std::string model_of(const WireRequest& request, const json& body) {
  constexpr std::string_view kDeployments = "/deployments/";
  if (const auto at = request.target.find(kDeployments); at != std::string::npos) {
    const auto begin = at + kDeployments.size();
    return request.target.substr(begin, request.target.find('/', begin) - begin);
  }
  return body.is_object() ? body.value("model", "") : "";
}

bool has_temperature(const json& body) {
  return body.contains("temperature") ||
         (body.contains("options") && body["options"].contains("temperature"));
}

bool has_schema(const json& body) {
  for (const char* name : {"response_format", "text", "output_config", "format"})
    if (body.contains(name)) return true;
  return false;
}

}  // namespace

void Scenarios::operator()(const WireRequest& request, Wire& wire) {
  const Vendor* vendor = vendor_of(request.target);
  if (vendor == nullptr) return wire.respond(404, R"({"error": {"message": "no such path"}})");
  if (request.method == "GET") return wire.respond(200, vendor->models().dump());
  const json body = json::parse(request.body, nullptr, false);
  const Call call{request,
                  wire,
                  *vendor,
                  body,
                  body.is_object() && vendor->asks_for_stream(body),
                  first_time(request.target + request.body)};
  const std::string name = model_of(request, body);
  const bool done = ending_scenario(call, name) || refused_parameter(call, name) ||
                    retried(call, name) || final_error(call, name) || broken(call, name) ||
                    hostile(call, name);
  if (!done) answer(call, kText);
}

bool Scenarios::first_time(const std::string& body) {
  const std::lock_guard lock(*mutex_);
  return ++(*seen_)[body] == 1;
}

void Scenarios::answer(const Call& call, const std::string& text, Ending ending) {
  if (!call.stream)
    return call.wire.respond(200, call.vendor.answer(text, ending).dump(),
                             {{"x-request-id", "req-7"}});
  call.wire.begin_stream(call.vendor.content_type(), {{"x-request-id", "req-7"}});
  for (const auto& event : call.vendor.stream(text, ending)) call.wire.send(event);
  call.wire.close();
}

void Scenarios::fail(const Call& call, const SpokenError& error,
                     const std::map<std::string, std::string>& headers) {
  call.wire.respond(error.status, call.vendor.error(error).dump(), headers);
}

bool Scenarios::ending_scenario(const Call& call, const std::string& name) {
  if (name == "fenced") {
    answer(call, std::string("```json\n") + kText + "\n```");
  } else if (name == "truncated") {
    answer(call, R"({"learning_rate": 0.)", Ending::kLength);
  } else if (name == "refusal") {
    answer(call, "I cannot help with that.", Ending::kRefusal);
  } else if (name == "empty") {
    answer(call, "");
  } else if (name == "filtered") {
    answer(call, "", Ending::kFilter);
  } else if (name == "thoughts") {
    answer(call, std::string("<think>\nwhich rate?\n</think>\n\n") + kText);
  } else if (name == "slow") {
    if (call.wire.pause(milliseconds(300))) answer(call, kText);
  } else if (name == "no-usage") {
    json body = call.vendor.answer(kText, Ending::kStop);
    body.erase("usage");
    body.erase("eval_count");
    call.wire.respond(200, body.dump());
  } else {
    return false;
  }
  return true;
}

bool Scenarios::refused_parameter(const Call& call, const std::string& name) {
  if (name == "no-temperature" && has_temperature(call.body)) {
    fail(call,
         {400, "unsupported_value",
          "Unsupported value: 'temperature' does not support 0.5 with this model.", "temperature"});
  } else if (name == "old-limit" && call.body.contains("max_completion_tokens")) {
    fail(call, {400, "unsupported_parameter",
                "Unrecognized request argument supplied: max_completion_tokens"});
  } else if (name == "no-schema" && has_schema(call.body)) {
    fail(call, {400, "invalid_request_error",
                "Invalid parameter: 'response_format' of type 'json_schema' is not supported with "
                "this model; output_config: Extra inputs are not permitted; format not supported",
                ""});
  } else if (name == "range" && has_temperature(call.body)) {
    fail(call, {400, "decimal_above_max_value",
                "Invalid 'temperature': must be less than or equal to 1", "temperature"});
  } else {
    return false;
  }
  return true;
}

bool Scenarios::retried(const Call& call, const std::string& name) {
  if (!call.first) return false;
  const SpokenError limit{429, "rate_limit_exceeded", "Rate limit reached for requests", ""};
  if (name == "retry-seconds") {
    fail(call, limit, {{"Retry-After", "0.2"}});
  } else if (name == "retry-ms") {
    fail(call, limit, {{"retry-after-ms", "150"}, {"Retry-After", "60"}});
  } else if (name == "retry-date") {
    fail(call, limit, {{"Retry-After", http_date(2)}});
  } else if (name == "slow-down") {
    fail(call, {429, "slow_down", "Please ramp up more slowly", ""}, {{"Retry-After", "0.1"}});
  } else if (name == "server-error") {
    fail(call, {500, "server_error", "The server had an error", ""}, {{"retry-after-ms", "50"}});
  } else if (name == "overloaded") {
    fail(call, {529, "overloaded_error", "Overloaded", ""}, {{"retry-after-ms", "50"}});
  } else if (name == "loading") {
    fail(call, {503, "unavailable_error", "Loading model", ""}, {{"retry-after-ms", "50"}});
  } else if (name == "reset-once") {
    call.wire.reset();
  } else {
    return false;
  }
  return true;
}

bool Scenarios::final_error(const Call& call, const std::string& name) {
  if (name == "quota") {
    fail(call, {429, "insufficient_quota", "You exceeded your current quota", ""},
         {{"Retry-After", "1"}});
  } else if (name == "credit") {
    fail(call, {400, "invalid_request_error", "Your credit balance is too low", ""});
  } else if (name == "wrong-key") {
    fail(call, {401, "invalid_api_key", "Incorrect API key provided", ""});
  } else if (name == "no-model") {
    fail(call, {404, "model_not_found", "The model does not exist", ""});
  } else if (name == "too-large") {
    fail(call, {429, "rate_limit_exceeded", "Request too large for model", ""});
  } else if (name == "retry-never") {
    fail(call, {429, "rate_limit_exceeded", "Daily limit", ""}, {{"Retry-After", "86400"}});
  } else if (name == "prompt-filter") {
    fail(call, {400, "content_filter", "The prompt was filtered", "prompt"});
  } else if (name == "redirect") {
    fail(call, {307, "moved", "elsewhere", ""}, {{"Location", "http://198.51.100.1/v1"}});
  } else if (name == "page") {
    call.wire.respond(200, "<html>Sign in to the proxy</html>", {{"Content-Type", "text/html"}});
  } else if (name == "echo-key") {
    std::string said;
    for (const char* header : {"authorization", "x-api-key", "api-key"})
      if (const auto key = call.request.headers.find(header); key != call.request.headers.end())
        said += key->second;
    fail(call, {401, "invalid_api_key", "Incorrect API key: " + said, ""},
         {{"x-request-id", said}});
  } else {
    return false;
  }
  return true;
}

bool Scenarios::broken(const Call& call, const std::string& name) {
  const auto events = call.vendor.stream(kText, Ending::kStop);
  if (name == "bad-utf8") {
    std::string body = call.vendor.answer("PLACE", Ending::kStop).dump();
    body.replace(body.find("PLACE"), 5, "caf\xE9 \xF0\x28 ok");
    call.wire.respond(200, body);
  } else if (name == "split" && call.stream) {
    call.wire.begin_stream(call.vendor.content_type());
    for (const auto& event : events)
      for (const char letter : event) call.wire.send({&letter, 1});
    call.wire.close();
  } else if (name == "cut-once" && call.first) {
    if (!call.stream) {
      call.wire.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\": 1");
    } else {
      call.wire.begin_stream(call.vendor.content_type());
      for (std::size_t index = 0; index + 2 < events.size(); ++index)
        if (events[index].find("finish_reason\":\"stop") == std::string::npos &&
            events[index].find("message_delta") == std::string::npos &&
            events[index].find(R"("done":true)") == std::string::npos)
          call.wire.send(events[index]);
    }
    call.wire.close();
  } else if (name == "error-in-stream" && call.stream && call.first) {
    call.wire.begin_stream(call.vendor.content_type());
    call.wire.send(events[0]);
    call.wire.send(call.vendor.stream_error({529, "overloaded_error", "Overloaded", ""}));
    call.wire.close();
  } else {
    return false;
  }
  return true;
}

bool Scenarios::hostile(const Call& call, const std::string& name) {
  const std::string block(1 << 16, 'x');
  if (name == "endless") {
    call.wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\"");
    while (call.wire.send(block)) {
    }
  } else if (name == "drip") {
    call.wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
    while (call.wire.send(" ") && call.wire.pause(milliseconds(50))) {
    }
  } else if (name == "stall") {
    call.wire.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{");
    call.wire.pause(milliseconds(60'000));
  } else if (name == "header-flood") {
    call.wire.send("HTTP/1.1 200 OK\r\n");
    for (int line = 0; call.wire.open() && line < 100'000; ++line)
      call.wire.send("X-Flood-" + std::to_string(line) + ": " + block.substr(0, 200) + "\r\n");
  } else if (name == "deep") {
    call.wire.respond(200, std::string(1'000'000, '['));
  } else {
    return false;
  }
  call.wire.close();
  return true;
}

}  // namespace dlfix::tests
