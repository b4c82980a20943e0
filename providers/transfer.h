// One HTTP attempt under way: a libcurl handle with its bounds.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "providers/http.h"

namespace dlfix::providers {

struct EasyCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Its address must not change while libcurl holds it.
class Transfer {
 public:
  using Clock = std::chrono::steady_clock;

  /// `options` must outlive this.
  Transfer(std::size_t index, const HttpRequest& request, std::string body,
           const HttpOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return easy_.get(); }
  std::size_t index() const { return index_; }
  /// The response has begun and nothing has come for the idle time.
  bool idle(Clock::time_point now) const;
  /// The response, once libcurl is done with the handle.
  HttpResponse finished(CURLcode code);
  /// The response of an attempt that is given up because it idles.
  HttpResponse abandoned();

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
  void configure(const HttpRequest& request);
  bool take(std::string_view bytes);
  bool take_header(std::string_view line);

  std::size_t index_;
  std::string body_;
  const HttpOptions& options_;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool too_long_ = false;
  bool begun_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_byte_ = start_;
  std::unique_ptr<curl_slist, ListCloser> headers_;
  std::unique_ptr<CURL, EasyCloser> easy_;
};

}  // namespace dlfix::providers
