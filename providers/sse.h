// Streams of events as endpoints send them, taken apart piece by piece.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace dlfix::providers {

struct StreamEvent {
  std::string name;  ///< of a server-sent event; empty: not named
  std::string data;
};
using EventHandler = std::function<void(const StreamEvent&)>;

/// Server-sent events (WHATWG HTML, section 9.2): lines ended by LF, CR LF or CR, `data` lines
/// joined by line feeds, comments and unknown fields passed over, a byte order mark dropped. Bytes
/// may be split anywhere. An event that is not closed by an empty line is given by finish(), since
/// servers that end without one exist.
class SseDecoder {
 public:
  explicit SseDecoder(EventHandler on_event) : on_event_(std::move(on_event)) {}
  void feed(std::string_view bytes);
  void finish();

 private:
  void take_line(std::string_view line);
  void dispatch();

  EventHandler on_event_;
  std::string line_;
  StreamEvent event_;
  bool has_data_ = false;
  bool after_return_ = false;
  bool first_line_ = true;
};

/// Newline-delimited JSON: every line that is not empty is an event without a name.
class LineDecoder {
 public:
  explicit LineDecoder(EventHandler on_event) : on_event_(std::move(on_event)) {}
  void feed(std::string_view bytes);
  void finish();

 private:
  EventHandler on_event_;
  std::string line_;
};

}  // namespace dlfix::providers
