#include "agent/lsp/diff_edits.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace dlfix::agent::lsp {
namespace {

using nlohmann::json;

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

bool names(std::string_view path, const std::string& file_name) {
  const std::size_t slash = path.rfind('/');
  return path.substr(slash == std::string_view::npos ? 0 : slash + 1) == file_name;
}

constexpr int kMostLines = 1 << 30;

/// The lines of one hunk, gathered to edits.
class HunkReader {
 public:
  explicit HunkReader(json& edits) : edits_(edits) {}

  void begin(std::string_view header) {
    end();
    constexpr std::string_view kBefore = "@@ -";
    int line = 1;
    if (header.starts_with(kBefore)) {
      std::from_chars(header.data() + kBefore.size(), header.data() + header.size(), line);
    }
    line_ = first_ = std::clamp(line, 1, kMostLines) - 1;
    open_ = true;
  }

  void take(std::string_view line) {
    if (!open_ || line.empty()) return;
    const char mark = line.front();
    if (mark == '\\') {  // no line feed at the end of what came before
      if (last_ == '+' && added_.ends_with('\n')) added_.pop_back();
      return;
    }
    last_ = mark;
    if (mark == '+') {
      added_ += std::string(line.substr(1)) + "\n";
      changed_ = true;
    } else if (mark == '-') {
      ++line_;
      changed_ = true;
    } else {
      flush();
      first_ = ++line_;
    }
  }

  void end() {
    flush();
    open_ = false;
  }

 private:
  void flush() {
    if (changed_) {
      edits_.push_back({{"range",
                         {{"start", {{"line", first_}, {"character", 0}}},
                          {"end", {{"line", line_}, {"character", 0}}}}},
                        {"newText", added_}});
    }
    added_.clear();
    changed_ = false;
    first_ = line_;
  }

  json& edits_;
  bool open_ = false, changed_ = false;
  char last_ = ' ';
  int line_ = 0, first_ = 0;  ///< of the old text, from 0
  std::string added_;
};

}  // namespace

json edits_of_diff(const std::string& diff, const std::string& file_name) {
  json edits = json::array();
  HunkReader hunk(edits);
  bool ours = false;
  bool in_header = false;
  for (std::string_view rest = diff; !rest.empty();) {
    const std::string_view line = next_line(rest);
    if (line.starts_with("--- ") && rest.starts_with("+++ ")) {
      hunk.end();
      in_header = true;
      ours = names(line.substr(4, line.find('\t') - 4), file_name);
    } else if (line.starts_with("@@ ")) {
      in_header = false;
      if (ours) hunk.begin(line);
    } else if (ours && !in_header) {
      hunk.take(line);
    }
  }
  hunk.end();
  return edits;
}

}  // namespace dlfix::agent::lsp
