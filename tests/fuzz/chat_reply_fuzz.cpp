// Any bytes as an endpoint's answer. First byte: the dialect; second: status, and whole or
// streamed; up to the first empty line headers, then the body.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "providers/adjust.h"
#include "providers/http_provider.h"
#include "providers/rate_limit.h"
#include "providers/reading.h"

namespace {

using namespace dlfix::providers;

void read_headers(std::string_view text, HttpResponse& response) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    if (const auto colon = line.find(':'); colon != std::string_view::npos)
      response.headers[std::string(line.substr(0, colon))] = line.substr(colon + 1);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

HttpResponse response_of(std::uint8_t choice, std::string_view text) {
  constexpr int kStatuses[] = {200, 400, 401, 422, 429, 500, 503, 529};
  HttpResponse response;
  response.status = kStatuses[choice % 8];
  const auto gap = text.find("\n\n");
  if (gap != std::string_view::npos) {
    read_headers(text.substr(0, gap), response);
    text.remove_prefix(gap + 2);
  }
  response.body = text;
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto all = dialects();
  const Dialect& dialect = all[data[0] % (all.size() - 1)];  // the last one has no wire
  const bool stream = (data[1] & 0x80U) != 0;
  const HttpResponse response =
      response_of(data[1] & 0x7FU, {reinterpret_cast<const char*>(data) + 2, size - 2});
  Connection connection;
  connection.key = Secret("sk-secret");
  connection.stream = stream;

  std::optional<HttpResponse> within;
  const Reply reply =
      read_reply(dialect, connection, unread_reply(connection, response, stream), &within);
  to_json(reply).dump();  // throws on text that is not UTF-8
  to_json(failed_reply(connection, response)).dump();
  adjusted(read_api_error(response), {"m", 0.5, {}, 0}, {});
  retry_delay(response, 1, {}, 0.5);
  ends_the_run(response);
  RateLimiter limiter(4);
  limiter.answered(response, RateLimiter::Clock::now());
  limiter.wait(100, RateLimiter::Clock::now());
  return 0;
}
