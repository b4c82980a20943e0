#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "mapping/patch/program_reply.h"

namespace dlfix::mapping {
namespace {

struct Hunk {
  std::size_t line = 0;  ///< in the old file, from 0, as the reply says
  std::vector<std::string> before;
  std::vector<std::string> after;
};

constexpr std::size_t kMostHunks = 200;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string_view without_end_blanks(std::string_view line) {
  const auto last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// "@@ -12,3 +12,3 @@": the old line; 1 when the header has no number.
std::size_t old_line(std::string_view header) {
  std::size_t number = 1;
  const auto minus = header.find('-');
  if (minus != std::string_view::npos) {
    std::from_chars(header.data() + minus + 1, header.data() + header.size(), number);
  }
  return number > 0 ? number - 1 : 0;
}

std::vector<Hunk> hunks_in(std::string_view reply) {
  std::vector<Hunk> hunks;
  bool inside = false;
  for (const auto& line : lines_of(reply)) {
    if (line.starts_with("@@")) {
      if (hunks.size() == kMostHunks) return {};
      hunks.push_back({old_line(line), {}, {}});
      inside = true;
    } else if (!inside || line.starts_with("```") || line.starts_with("--- ") ||
               line.starts_with("+++ ") || line.starts_with("diff ")) {
      inside = false;
    } else if (line.starts_with('-')) {
      hunks.back().before.push_back(line.substr(1));
    } else if (line.starts_with('+')) {
      hunks.back().after.push_back(line.substr(1));
    } else {
      const std::string text = line.starts_with(' ') ? line.substr(1) : line;
      hunks.back().before.push_back(text);
      hunks.back().after.push_back(text);
    }
  }
  return hunks;
}

// Empty lines at the end of a hunk belong to the reply, not to the program.
void trim(Hunk& hunk) {
  while (!hunk.before.empty() && !hunk.after.empty() &&
         without_end_blanks(hunk.before.back()).empty() &&
         without_end_blanks(hunk.after.back()).empty()) {
    hunk.before.pop_back();
    hunk.after.pop_back();
  }
}

bool fits(const std::vector<std::string>& source, const Hunk& hunk, std::size_t at) {
  if (at + hunk.before.size() > source.size()) return false;
  return std::equal(hunk.before.begin(), hunk.before.end(),
                    source.begin() + static_cast<std::ptrdiff_t>(at),
                    [](const std::string& a, const std::string& b) {
                      return without_end_blanks(a) == without_end_blanks(b);
                    });
}

// Where the hunk's old lines stand; npos when nowhere, or in several places and not where it says.
std::size_t place_of(const std::vector<std::string>& source, const Hunk& hunk) {
  if (hunk.before.empty()) return std::string::npos;
  if (fits(source, hunk, hunk.line)) return hunk.line;
  std::size_t place = std::string::npos;
  for (std::size_t at = 0; at < source.size(); ++at) {
    if (!fits(source, hunk, at)) continue;
    if (place != std::string::npos) return std::string::npos;
    place = at;
  }
  return place;
}

}  // namespace

std::optional<std::string> apply_reply_diff(std::string_view reply, const std::string& source,
                                            std::string& problem) {
  auto hunks = hunks_in(reply);
  if (hunks.empty()) return std::nullopt;
  auto lines = lines_of(source);
  for (auto& hunk : hunks) {
    trim(hunk);
    const std::size_t place = place_of(lines, hunk);
    if (place == std::string::npos) {
      problem = "a hunk of the diff (line " + std::to_string(hunk.line + 1) +
                ") does not fit the program";
      return std::nullopt;
    }
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(place);
    const auto rest = lines.erase(begin, begin + static_cast<std::ptrdiff_t>(hunk.before.size()));
    lines.insert(rest, hunk.after.begin(), hunk.after.end());
  }
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace dlfix::mapping
