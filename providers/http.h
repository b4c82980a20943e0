// Many HTTP requests at once over one libcurl multi handle: HTTP/2, connection reuse, proxies, TLS
// checks, and bounds on what a hostile endpoint can cost.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::providers {

struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;                  ///< POST when not empty, else GET
};

/// Why there is no response.
enum class HttpFailure {
  kNone,
  kUnusable,  ///< the URL cannot be used at all
  kResolve,   ///< no such host
  kConnect,   ///< nobody listens there
  kTls,       ///< the certificate is not trusted
  kTimeout,   ///< the whole attempt took too long
  kIdle,      ///< the response began and then nothing came
  kTooLong,   ///< body or headers exceed the limit
  kBroken,    ///< connection reset, cut, or not HTTP
};

struct HttpResponse {
  int status = 0;                              ///< 0: no response, see `error`
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string error;  ///< transport failure in words, without the request's headers
  HttpFailure failure = HttpFailure::kNone;
  double seconds = 0;
};

struct HttpOptions {
  int concurrency = 4;
  std::chrono::milliseconds timeout{600'000};  ///< of one whole attempt
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds idle_timeout{120'000};  ///< without a byte, once the response began
  std::size_t body_limit = 4u << 20;                ///< a longer body ends the attempt as a failure
  std::size_t header_limit = 256u << 10;
  std::string ca_file;            ///< empty: the system's
  std::function<bool()> stopped;  ///< asked ten times a second; true: give up
  /// Asked before each attempt: start now (zero), ask again after a while, or never (nothing).
  std::function<std::optional<std::chrono::milliseconds>(std::size_t request)> admit;
  /// How many may run now, at most `concurrency`; absent: `concurrency`.
  std::function<int()> window;
  /// The body to send now, in place of the request's: asked before each attempt.
  std::function<std::string(std::size_t request)> body_of;
  /// Bytes of a body with status 200 as they arrive.
  std::function<void(std::size_t request, std::string_view bytes)> on_data;
};

/// What to do after an attempt: nothing (the request is done), or again after a delay.
using HttpHandler = std::function<std::optional<std::chrono::milliseconds>(std::size_t request,
                                                                           const HttpResponse&)>;

/// Sends all; calls `handler` once per attempt, in the order of arrival, in this thread. Returns
/// when every request is done or dropped, or, stopped, within a second with the rest never handled.
/// Redirects are not followed. Errors: EnvironmentError when libcurl cannot start.
void send_all(std::span<const HttpRequest> requests, const HttpOptions& options,
              const HttpHandler& handler);

}  // namespace dlfix::providers
