#include "agent/serve/request_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace dlfix::agent::serve {
namespace {

Problem bad(int status, std::string code, std::string detail) {
  return {status, std::move(code), std::move(detail), 0, nlohmann::json::object()};
}

bool is_token(char c) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

bool is_value(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<Problem> read_target(std::string_view target, const Limits& limits,
                                   RequestHead& head) {
  if (target.size() > limits.target_bytes)
    return bad(414, "target_too_long", "the path is too long");
  if (target.empty() || target.front() != '/' || !std::ranges::all_of(target, is_visible)) {
    return bad(400, "bad_request", "the target has to be a path that begins with /");
  }
  const std::size_t mark = target.find('?');
  head.path = target.substr(0, mark);
  if (mark != std::string_view::npos) head.query = target.substr(mark + 1);
  if (head.path.find('%') != std::string::npos) {
    return bad(404, "not_found", "there is nothing at this path");
  }
  return std::nullopt;
}

std::optional<Problem> read_request_line(std::string_view line, const Limits& limits,
                                         RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return bad(400, "bad_request", "the request line has to be: method, path, version");
  }
  head.method = line.substr(0, first);
  head.version = line.substr(last + 1);
  if (head.version != "HTTP/1.1" && head.version != "HTTP/1.0") {
    return bad(head.version.starts_with("HTTP/") ? 505 : 400, "bad_request",
               "HTTP/1.1 is spoken here");
  }
  if (head.method.empty() || !std::ranges::all_of(head.method, is_token)) {
    return bad(400, "bad_request", "the method is not a word");
  }
  return read_target(line.substr(first + 1, last - first - 1), limits, head);
}

std::optional<Problem> read_header_line(std::string_view line, RequestHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) {
    return bad(400, "bad_request", "a header has no name");
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(name, is_token) || !std::ranges::all_of(value, is_value)) {
    return bad(400, "bad_request", "a header has characters that are not allowed there");
  }
  head.headers.emplace_back(lower(name), std::string(value));
  return std::nullopt;
}

std::size_t count(const RequestHead& head, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(
      head.headers, name, [](const auto& header) -> std::string_view { return header.first; }));
}

std::optional<Problem> read_length(const Limits& limits, RequestHead& head) {
  if (count(head, "content-length") > 1) {
    return bad(400, "bad_request", "there is more than one Content-Length");
  }
  const std::string* text = head.find("content-length");
  if (text == nullptr) return std::nullopt;
  const bool digits =
      !text->empty() && std::ranges::all_of(*text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return bad(400, "bad_request", "Content-Length has to be a number");
  const auto result = std::from_chars(text->data(), text->data() + text->size(), head.body_bytes);
  if (result.ec != std::errc() || head.body_bytes > limits.body_bytes) {
    return bad(413, "body_too_large", fmt::format("a body may have {} bytes", limits.body_bytes));
  }
  return std::nullopt;
}

std::optional<Problem> check_headers(const Limits& limits, RequestHead& head) {
  if (head.headers.size() > limits.headers) {
    return bad(431, "too_many_headers", fmt::format("at most {} headers", limits.headers));
  }
  if (count(head, "host") > 1 || (head.version == "HTTP/1.1" && count(head, "host") == 0)) {
    return bad(400, "bad_request", "one Host header is needed");
  }
  if (count(head, "transfer-encoding") > 0) {
    return bad(411, "length_required", "send the body whole, with Content-Length");
  }
  if (const auto* encoding = head.find("content-encoding");
      encoding != nullptr && *encoding != "identity") {
    return bad(415, "unsupported_media_type", "send the body without compression");
  }
  // Further on an empty header cannot be told from none.
  for (const char* name : {"idempotency-key", "dlfix-client", "last-event-id"}) {
    const std::string* value = head.find(name);
    if (value != nullptr && value->empty()) {
      return bad(400, "bad_request", fmt::format("the header {} is empty", name));
    }
  }
  return read_length(limits, head);
}

/// Headers that handlers read or that keep a connection going.
bool is_passed_on(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kNames{
      "host",   "connection",    "content-type",    "origin",
      "accept", "last-event-id", "idempotency-key", "dlfix-client"};
  return std::ranges::find(kNames, name) != kNames.end();
}

}  // namespace

const std::string* RequestHead::find(std::string_view name) const {
  const auto found = std::ranges::find(
      headers, name, [](const auto& header) -> std::string_view { return header.first; });
  return found == headers.end() ? nullptr : &found->second;
}

std::variant<RequestHead, Problem> read_request_head(std::string_view text, const Limits& limits) {
  RequestHead head;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos) return bad(400, "bad_request", "a line has no end");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) break;
    auto problem = first ? read_request_line(line, limits, head) : read_header_line(line, head);
    if (problem) return std::move(*problem);
    first = false;
  }
  if (first) return bad(400, "bad_request", "the request line is missing");
  if (auto problem = check_headers(limits, head)) return std::move(*problem);
  return head;
}

std::string plain_head(const RequestHead& head) {
  std::string text = fmt::format("{} {}{}{} HTTP/1.1\r\n", head.method, head.path,
                                 head.query.empty() ? "" : "?", head.query);
  for (const auto& [name, value] : head.headers) {
    if (is_passed_on(name)) text += fmt::format("{}: {}\r\n", name, value);
  }
  if (head.version == "HTTP/1.0" && head.find("connection") == nullptr) {
    text += "connection: close\r\n";
  }
  const std::string* expect = head.find("expect");
  if (expect != nullptr && lower(*expect) == "100-continue" && head.body_bytes > 0) {
    text += "expect: 100-continue\r\n";
  }
  if (head.method != "GET" && head.method != "HEAD") {
    text += fmt::format("content-length: {}\r\n", head.body_bytes);
  }
  return text + "\r\n";
}

}  // namespace dlfix::agent::serve
