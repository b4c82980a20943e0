#include "providers/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>

#include "providers/transfer.h"
#include "trainer/support/errors.h"

namespace dlfix::providers {
namespace {

using Clock = Transfer::Clock;
using std::chrono::milliseconds;

void initialise_curl_once() {
  static std::once_flag flag;
  std::call_once(flag, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct MultiCloser {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

/// A request that waits for its turn.
struct Waiting {
  std::size_t request;
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
      waiting_.push_back({index, Clock::now()});
  }

  ~Sender() {
    for (auto& transfer : running_) curl_multi_remove_handle(multi_.get(), transfer.handle());
  }

  void run() {
    while (!waiting_.empty() || !running_.empty()) {
      if (options_.stopped && options_.stopped()) return;
      start_due();
      int active = 0;
      curl_multi_perform(multi_.get(), &active);
      collect_finished();
      collect_idle();
      if (waiting_.empty() && running_.empty()) return;
      curl_multi_poll(multi_.get(), nullptr, 0, poll_milliseconds(), nullptr);
    }
  }

 private:
  int slots() const {
    return options_.window ? std::clamp(options_.window(), 1, options_.concurrency)
                           : options_.concurrency;
  }

  int poll_milliseconds() const {
    auto wait = milliseconds(100);
    if (static_cast<int>(running_.size()) >= slots()) return static_cast<int>(wait.count());
    for (const auto& entry : waiting_)
      wait = std::min(wait, std::chrono::ceil<milliseconds>(entry.due - Clock::now()));
    return std::max(0, static_cast<int>(wait.count()));
  }

  void start_due() {
    const auto now = Clock::now();
    for (auto entry = waiting_.begin(); entry != waiting_.end();) {
      if (static_cast<int>(running_.size()) >= slots()) return;
      if (entry->due > now) {
        ++entry;
        continue;
      }
      const auto wait = options_.admit ? options_.admit(entry->request) : milliseconds(0);
      if (wait && wait->count() > 0) {
        entry->due = now + *wait;
        ++entry;
        continue;
      }
      if (wait) start(*entry);
      entry = waiting_.erase(entry);
    }
  }

  void start(const Waiting& entry) {
    const HttpRequest& request = requests_[entry.request];
    std::string body = options_.body_of ? options_.body_of(entry.request) : request.body;
    Transfer& transfer = running_.emplace_back(entry.request, request, std::move(body), options_);
    curl_multi_add_handle(multi_.get(), transfer.handle());
  }

  void collect_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      const auto transfer = std::ranges::find(running_, easy, &Transfer::handle);
      curl_multi_remove_handle(multi_.get(), easy);
      finish(*transfer, transfer->finished(code));
      running_.erase(transfer);
    }
  }

  void collect_idle() {
    const auto now = Clock::now();
    for (auto transfer = running_.begin(); transfer != running_.end();) {
      if (!transfer->idle(now)) {
        ++transfer;
        continue;
      }
      curl_multi_remove_handle(multi_.get(), transfer->handle());
      finish(*transfer, transfer->abandoned());
      transfer = running_.erase(transfer);
    }
  }

  /// A request that is to be sent again goes before those that have not been sent.
  void finish(const Transfer& transfer, const HttpResponse& response) {
    if (const auto delay = handler_(transfer.index(), response))
      waiting_.push_front({transfer.index(), Clock::now() + *delay});
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
