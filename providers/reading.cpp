#include "providers/reading.h"

#include <array>

#include "providers/api_error.h"
#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;

std::string request_id(const HttpResponse& response) {
  for (const char* name : {"x-request-id", "request-id", "apim-request-id", "x-ms-request-id"})
    if (const auto found = response.headers.find(name); found != response.headers.end())
      return valid_utf8(found->second);
  return {};
}

void redact(const Connection& connection, Reply& reply) {
  for (std::string* text : {&reply.text, &reply.error, &reply.model, &reply.request_id, &reply.raw,
                            &reply.system_fingerprint})
    *text = redacted(connection, std::move(*text));
  for (auto& note : reply.notes) note = redacted(connection, std::move(note));
}

using WithinError = std::optional<HttpResponse>;

/// An error inside a response of status 200, as streams and some gateways have it.
WithinError fail(const Connection& connection, const json& body, Reply& reply) {
  HttpResponse response;
  response.status = status_of_stream_error(read_api_error(body, 0));
  response.body = dump(body);
  const Reply failed = failed_reply(connection, response);
  reply.outcome = failed.outcome;
  reply.error = failed.error;
  return response;
}

WithinError read_body(const Dialect& dialect, const Connection& connection, Reply& reply) {
  const json body = parse_json(reply.raw);
  if (dialect.read(body, reply)) return {};
  reply.outcome = ReplyOutcome::kFailed;
  if (!field(body, "error").is_null()) return fail(connection, body, reply);
  reply.error = connection.base_url + ": the answer is not what " + std::string(dialect.name) +
                " endpoints send (is the base URL that of such an API?)";
  return {};
}

WithinError broken(const Connection& connection, Reply& reply) {
  HttpResponse response;
  response.failure = HttpFailure::kBroken;
  response.error = "the stream broke before the answer was complete";
  reply.error = connection.base_url + ": " + response.error;
  return response;
}

WithinError read_stream(const Dialect& dialect, const Connection& connection, Reply& reply) {
  StreamReader reader(dialect, nullptr);
  reader.feed(reply.raw);
  StreamState state = reader.finish();
  // A server that does not stream answers whole; a proxy's page is no answer at all.
  if (reader.events() == 0 && !reply.raw.empty()) return read_body(dialect, connection, reply);
  if (state.full_response && dialect.read(parse_json(*state.full_response), reply)) return {};
  reply.text = std::move(state.reply.text);
  reply.model = std::move(state.reply.model);
  reply.usage = state.reply.usage;
  reply.system_fingerprint = std::move(state.reply.system_fingerprint);
  reply.outcome = state.reply.outcome;
  reply.error = state.reply.error;
  if (state.error) return fail(connection, parse_json(*state.error), reply);
  if (reply.outcome == ReplyOutcome::kFailed) return broken(connection, reply);
  return {};
}

}  // namespace

StreamReader::StreamReader(const Dialect& dialect, std::function<void(std::string_view)> on_text)
    : dialect_(dialect),
      on_text_(std::move(on_text)),
      sse_([this](const StreamEvent& event) { take(event); }),
      lines_([this](const StreamEvent& event) { take(event); }) {}

void StreamReader::feed(std::string_view bytes) {
  if (dialect_.framing == Dialect::Framing::kLines) {
    lines_.feed(bytes);
  } else {
    sse_.feed(bytes);
  }
}

void StreamReader::take(const StreamEvent& event) {
  if (event.data == "[DONE]") {
    state_.ended = true;
    return;
  }
  const json data = parse_json(event.data);
  if (!data.is_object()) return;
  ++events_;
  if (event.name == "error" || field(data, "type") == "error" || !field(data, "error").is_null()) {
    // A response object carries an `error: null`, or its own `error`, which the dialect reads.
    if (field(data, "object") != "response") state_.error = dump(data);
    if (state_.error) return;
  }
  const std::size_t before = state_.reply.text.size();
  dialect_.read_event(event.name, data, state_);
  if (on_text_ && state_.reply.text.size() > before) {
    on_text_(std::string_view(state_.reply.text).substr(before));
    shown_ = state_.reply.text.size();
  }
}

StreamState StreamReader::finish() {
  sse_.finish();
  lines_.finish();
  if (!state_.error && (state_.ended || !state_.finish.empty())) {
    dialect_.finish_stream(state_);
  } else {
    state_.reply.outcome = ReplyOutcome::kFailed;
  }
  return std::move(state_);
}

Reply unread_reply(const Connection& connection, const HttpResponse& response, bool stream) {
  Reply reply;
  reply.outcome = ReplyOutcome::kUnread;
  reply.seconds = response.seconds;
  reply.request_id = request_id(response);
  reply.raw = valid_utf8(response.body);
  reply.raw_is_stream = stream;
  redact(connection, reply);
  return reply;
}

Reply read_reply(const Dialect& dialect, const Connection& connection, Reply unread,
                 std::optional<HttpResponse>* error) {
  Reply reply = std::move(unread);
  auto within = reply.raw_is_stream ? read_stream(dialect, connection, reply)
                                    : read_body(dialect, connection, reply);
  if (error != nullptr) *error = std::move(within);
  const std::string spoken = without_thoughts(reply.text);
  if (spoken.size() != reply.text.size()) {
    reply.text = spoken;
    reply.notes.emplace_back("the model's thoughts were removed from the reply");
    if (reply.text.empty() && reply.outcome == ReplyOutcome::kOk)
      reply.outcome = ReplyOutcome::kEmpty;
  }
  redact(connection, reply);
  return reply;
}

Reply failed_reply(const Connection& connection, const HttpResponse& response) {
  Reply reply;
  reply.seconds = response.seconds;
  reply.request_id = request_id(response);
  reply.raw = valid_utf8(response.body);
  reply.error = describe_failure(connection.base_url, response);
  if (response.status == 400 && read_api_error(response).code == "content_filter")
    reply.outcome = ReplyOutcome::kContentFilter;
  redact(connection, reply);
  return reply;
}

std::string without_thoughts(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return text;
  for (const std::string_view tag : {"think>", "thinking>"}) {
    if (!std::string_view(text).substr(first).starts_with("<" + std::string(tag))) continue;
    const std::string closing = "</" + std::string(tag);
    const auto end = text.find(closing, first);
    if (end == std::string::npos) return "";
    const auto rest = text.find_first_not_of(" \t\r\n", end + closing.size());
    return rest == std::string::npos ? "" : text.substr(rest);
  }
  return text;
}

void settle_outcome(Reply& reply, const std::string& refusal, bool truncated, bool filtered) {
  if (filtered) {
    reply.outcome = ReplyOutcome::kContentFilter;
  } else if (!refusal.empty()) {
    reply.outcome = ReplyOutcome::kRefused;
    reply.error = "the model refused: " + refusal;
  } else if (truncated) {
    reply.outcome = ReplyOutcome::kTruncated;
  } else {
    reply.outcome = reply.text.empty() ? ReplyOutcome::kEmpty : ReplyOutcome::kOk;
  }
}

}  // namespace dlfix::providers
