#include "providers/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <list>
#include <memory>
#include <mutex>

#include "trainer/support/errors.h"

namespace dlfix::providers {
namespace {

using Clock = std::chrono::steady_clock;

void initialise_curl_once() {
  static std::once_flag flag;
  std::call_once(flag, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct EasyCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiCloser {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One attempt under way. Its address is stable while libcurl holds it.
struct Transfer {
  std::size_t request = 0;
  std::string body;
  HttpResponse response;
  std::size_t body_limit = 0;
  bool too_long = false;
  Clock::time_point start;
  std::unique_ptr<curl_slist, ListCloser> headers;
  std::unique_ptr<CURL, EasyCloser> easy;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  if (transfer->response.body.size() + size * count > transfer->body_limit) {
    transfer->too_long = true;
    return 0;
  }
  transfer->response.body.append(data, size * count);
  return size * count;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

constexpr std::size_t kMostHeaders = 200;

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/"))
    transfer->response.headers.clear();  // a redirect or 100 came before
  const auto colon = line.find(':');
  if (colon != std::string_view::npos && transfer->response.headers.size() < kMostHeaders) {
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    transfer->response.headers[name] = trimmed(line.substr(colon + 1));
  }
  return size * count;
}

/// A request that waits for its turn.
struct Waiting {
  std::size_t request;
  std::string body;
  Clock::time_point due;
};

class Sender {
 public:
  Sender(std::span<const HttpRequest> requests, const HttpOptions& options,
         const HttpHandler& handler)
      : requests_(requests), options_(options), handler_(handler), multi_(curl_multi_init()) {
    if (!multi_) throw support::EnvironmentError("libcurl: cannot make a multi handle");
    curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    for (std::size_t index = 0; index < requests.size(); ++index)
      waiting_.push_back({index, requests[index].body, Clock::now()});
  }

  ~Sender() {
    for (auto& transfer : running_) curl_multi_remove_handle(multi_.get(), transfer.easy.get());
  }

  void run() {
    while (!waiting_.empty() || !running_.empty()) {
      if (options_.stopped && options_.stopped()) return;
      start_due();
      int active = 0;
      curl_multi_perform(multi_.get(), &active);
      collect_finished();
      curl_multi_poll(multi_.get(), nullptr, 0, poll_milliseconds(), nullptr);
    }
  }

 private:
  int poll_milliseconds() const {
    auto wait = std::chrono::milliseconds(100);
    if (static_cast<int>(running_.size()) >= options_.concurrency)
      return static_cast<int>(wait.count());
    for (const auto& entry : waiting_)
      wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(entry.due - Clock::now()));
    return std::max(0, static_cast<int>(wait.count()));
  }

  void start_due() {
    const auto now = Clock::now();
    for (auto entry = waiting_.begin(); entry != waiting_.end();) {
      if (static_cast<int>(running_.size()) >= options_.concurrency) return;
      if (entry->due > now) {
        ++entry;
        continue;
      }
      start(*entry);
      entry = waiting_.erase(entry);
    }
  }

  void start(const Waiting& entry) {
    const HttpRequest& request = requests_[entry.request];
    Transfer& transfer = running_.emplace_back();
    transfer.request = entry.request;
    transfer.body = entry.body;
    transfer.body_limit = options_.body_limit;
    transfer.start = Clock::now();
    transfer.easy.reset(curl_easy_init());
    curl_slist* headers = nullptr;
    for (const auto& header : request.headers) headers = curl_slist_append(headers, header.c_str());
    transfer.headers.reset(headers);

    CURL* easy = transfer.easy.get();
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_timeout.count()));
    if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    if (!transfer.body.empty()) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(transfer.body.size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.body.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_multi_add_handle(multi_.get(), easy);
  }

  void collect_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      const auto transfer = std::ranges::find_if(
          running_, [&](const Transfer& candidate) { return candidate.easy.get() == easy; });
      curl_multi_remove_handle(multi_.get(), easy);
      finish(*transfer, code);
      running_.erase(transfer);
    }
  }

  void finish(Transfer& transfer, CURLcode code) {
    HttpResponse& response = transfer.response;
    response.seconds = std::chrono::duration<double>(Clock::now() - transfer.start).count();
    long status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK) {
      response.status = static_cast<int>(status);
    } else {
      response.error =
          transfer.too_long ? "the response is longer than the limit" : curl_easy_strerror(code);
    }
    if (const auto retry = handler_(transfer.request, response))
      waiting_.push_back(
          {transfer.request, retry->body.value_or(transfer.body), Clock::now() + retry->delay});
  }

  std::span<const HttpRequest> requests_;
  const HttpOptions& options_;
  const HttpHandler& handler_;
  std::unique_ptr<CURLM, MultiCloser> multi_;
  std::list<Waiting> waiting_;
  std::list<Transfer> running_;
};

}  // namespace

void send_all(std::span<const HttpRequest> requests, const HttpOptions& options,
              const HttpHandler& handler) {
  initialise_curl_once();
  Sender(requests, options, handler).run();
}

}  // namespace dlfix::providers
