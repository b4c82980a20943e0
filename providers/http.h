// Many HTTP requests at once over one libcurl multi handle: HTTP/2, connection reuse, proxies, TLS
// checks.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dlfix::providers {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;                  ///< POST when not empty, else GET
};

struct HttpResponse {
  int status = 0;                              ///< 0: no response, see `error`
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string error;  ///< transport failure in words, without the request's headers
  double seconds = 0;
};

struct HttpOptions {
  int concurrency = 4;
  std::chrono::milliseconds timeout{600'000};  ///< of one whole attempt
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t body_limit = 4u << 20;  ///< a longer body ends the attempt as a failure
  std::string ca_file;                ///< empty: the system's
  std::function<bool()> stopped;      ///< asked ten times a second; true: give up
};

/// What to do after an attempt: nothing (the request is done), or again after a delay (with another
/// body when `body` is set: capability fallback).
struct HttpRetry {
  std::chrono::milliseconds delay{0};
  std::optional<std::string> body;
};
using HttpHandler =
    std::function<std::optional<HttpRetry>(std::size_t request, const HttpResponse&)>;

/// Sends all; calls `handler` once per attempt, in the order of arrival, in this thread. Returns
/// when every request is done, or, cancelled, within a second with the rest never handled. Errors:
/// EnvironmentError when libcurl cannot start.
void send_all(std::span<const HttpRequest> requests, const HttpOptions& options,
              const HttpHandler& handler);

}  // namespace dlfix::providers
