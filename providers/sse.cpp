#include "providers/sse.h"

namespace dlfix::providers {

void SseDecoder::feed(std::string_view bytes) {
  for (const char letter : bytes) {
    const bool second_of_pair = after_return_ && letter == '\n';
    after_return_ = letter == '\r';
    if (second_of_pair) continue;
    if (letter != '\n' && letter != '\r') {
      line_ += letter;
      continue;
    }
    take_line(line_);
    line_.clear();
  }
}

void SseDecoder::finish() {
  if (!line_.empty()) take_line(line_);
  line_.clear();
  dispatch();
}

void SseDecoder::take_line(std::string_view line) {
  if (first_line_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  first_line_ = false;
  if (line.empty()) return dispatch();
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon);
  auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") {
    event_.name = value;
  } else if (name == "data") {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  }
}

void SseDecoder::dispatch() {
  if (has_data_) on_event_(event_);
  event_ = {};
  has_data_ = false;
}

void LineDecoder::feed(std::string_view bytes) {
  for (const char letter : bytes) {
    if (letter != '\n') {
      line_ += letter;
    } else {
      finish();
    }
  }
}

void LineDecoder::finish() {
  if (line_.ends_with('\r')) line_.pop_back();
  if (!line_.empty()) on_event_({"", line_});
  line_.clear();
}

}  // namespace dlfix::providers
