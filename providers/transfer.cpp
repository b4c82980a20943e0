#include "providers/transfer.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace dlfix::providers {
namespace {

constexpr std::size_t kMostHeaders = 200;

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string environment(const char* name, const char* other) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') value = std::getenv(other);
  return value == nullptr ? "" : value;
}

HttpFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return HttpFailure::kUnusable;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return HttpFailure::kResolve;
    case CURLE_COULDNT_CONNECT:
      return HttpFailure::kConnect;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return HttpFailure::kTls;
    case CURLE_OPERATION_TIMEDOUT:
      return HttpFailure::kTimeout;
    default:
      return HttpFailure::kBroken;
  }
}

/// libcurl reads https_proxy, HTTPS_PROXY and http_proxy itself; HTTP_PROXY it leaves to programs
/// that are no CGI. Servers on this machine are never asked through a proxy.
void set_proxies(CURL* easy, const std::string& url) {
  if (url.starts_with("http://")) {
    const std::string proxy = environment("http_proxy", "HTTP_PROXY");
    if (!proxy.empty()) curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
  }
  std::string direct = environment("no_proxy", "NO_PROXY");
  if (direct != "*") direct += (direct.empty() ? "" : ",") + std::string("localhost,127.0.0.1,::1");
  curl_easy_setopt(easy, CURLOPT_NOPROXY, direct.c_str());
}

}  // namespace

Transfer::Transfer(std::size_t index, const HttpRequest& request, std::string body,
                   const HttpOptions& options)
    : index_(index), body_(std::move(body)), options_(options), easy_(curl_easy_init()) {
  curl_slist* headers = nullptr;
  for (const auto& header : request.headers) headers = curl_slist_append(headers, header.c_str());
  headers_.reset(headers);
  configure(request);
}

void Transfer::configure(const HttpRequest& request) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  // One HTTP/2 connection rather than many. Without TLS nobody tells before the first response
  // whether the server has HTTP/2, and everything would wait for it.
  if (request.url.starts_with("https://")) curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  set_proxies(easy, request.url);
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (!body_.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body_.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* user) {
  return static_cast<Transfer*>(user)->take({data, size * count}) ? size * count : 0;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* user) {
  return static_cast<Transfer*>(user)->take_header({data, size * count}) ? size * count : 0;
}

bool Transfer::take(std::string_view bytes) {
  last_byte_ = Clock::now();
  if (response_.body.size() + bytes.size() > options_.body_limit) {
    too_long_ = true;
    return false;
  }
  response_.body.append(bytes);
  if (options_.on_data) {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) options_.on_data(index_, bytes);
  }
  return true;
}

bool Transfer::take_header(std::string_view line) {
  begun_ = true;
  last_byte_ = Clock::now();
  header_bytes_ += line.size();
  if (header_bytes_ > options_.header_limit) {
    too_long_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) response_.headers.clear();  // a 100 came before
  const auto colon = line.find(':');
  if (colon != std::string_view::npos && response_.headers.size() < kMostHeaders) {
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    response_.headers[name] = trimmed(line.substr(colon + 1));
  }
  return true;
}

bool Transfer::idle(Clock::time_point now) const {
  return begun_ && now - last_byte_ > options_.idle_timeout;
}

HttpResponse Transfer::finished(CURLcode code) {
  response_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK) {
    response_.status = static_cast<int>(status);
  } else if (too_long_) {
    response_.failure = HttpFailure::kTooLong;
    response_.error = "the response is longer than the limit";
  } else {
    response_.failure = failure_of(code);
    response_.error = curl_easy_strerror(code);
  }
  return std::move(response_);
}

HttpResponse Transfer::abandoned() {
  response_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  response_.failure = HttpFailure::kIdle;
  response_.error = "the response began and then nothing came";
  return std::move(response_);
}

}  // namespace dlfix::providers
