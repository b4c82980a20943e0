// Responses of any dialect as replies; nothing here sends.
#pragma once

#include <memory>

#include "providers/dialect.h"

namespace dlfix::providers {

/// Takes a stream's bytes as they come; text that arrives is handed to `on_text` at once.
class StreamReader {
 public:
  StreamReader(const Dialect& dialect, std::function<void(std::string_view)> on_text);
  void feed(std::string_view bytes);
  /// The reply: kFailed when the stream ended before its time or carried an error.
  StreamState finish();
  std::size_t shown() const { return shown_; }
  /// Events that were JSON objects; none: it was no stream.
  int events() const { return events_; }

 private:
  void take(const StreamEvent& event);

  const Dialect& dialect_;
  std::function<void(std::string_view)> on_text_;
  StreamState state_;
  std::size_t shown_ = 0;
  int events_ = 0;
  SseDecoder sse_;
  LineDecoder lines_;
};

/// What is known of a reply before anything of it is read: raw body, request id, seconds.
Reply unread_reply(const Connection& connection, const HttpResponse& response, bool stream);

/// Reads `raw` of an unread reply; never throws. Errors of the endpoint give kFailed with a
/// sentence. Secrets of the connection are removed from every text. `error`, when given, receives
/// what an error inside the response, or a stream that broke, would have been as a response of its
/// own (status 0: broken).
Reply read_reply(const Dialect& dialect, const Connection& connection, Reply unread,
                 std::optional<HttpResponse>* error = nullptr);

/// A response without an answer as a kFailed reply, or kContentFilter where a filter refused the
/// prompt.
Reply failed_reply(const Connection& connection, const HttpResponse& response);

/// `text` without a <think>...</think> or <thinking>...</thinking> block at its beginning; of a
/// block that never ends nothing is left.
std::string without_thoughts(const std::string& text);

}  // namespace dlfix::providers
