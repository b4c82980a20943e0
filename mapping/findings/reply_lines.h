// Lines of a reply and the list markers that they begin with.
#pragma once

#include <string_view>
#include <vector>

namespace dlfix::mapping {

enum class MarkerKind { kNone, kNumber, kBullet, kHeading };

struct ReplyLine {
  std::size_t begin = 0;   ///< in the reply, in bytes
  std::size_t end = 0;     ///< without the line feed
  std::size_t indent = 0;  ///< columns of white space at the start; a tab counts four
  bool blank = false;
  bool code = false;  ///< inside a fenced code block, fence lines included
  MarkerKind marker = MarkerKind::kNone;
  long number = 0;          ///< of kNumber
  std::size_t text_at = 0;  ///< where the text behind the marker begins
};

/// At most `most` lines of `reply` from byte `from` on; of several blank lines in a row one is
/// kept.
std::vector<ReplyLine> reply_lines(std::string_view reply, std::size_t from, std::size_t most);

}  // namespace dlfix::mapping
