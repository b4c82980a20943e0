#include "mapping/findings/json_answers.h"

#include <nlohmann/json.hpp>

namespace dlfix::mapping {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;
constexpr std::size_t kMostItems = 2048;

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Walks over JSON text without building values. Positions stay within the text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t skip_blank(std::size_t at) const {
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\n' || text_[at] == '\t' ||
                                 text_[at] == '\r' || text_[at] == ',')) {
      ++at;
    }
    return at;
  }

  // Behind the value that begins at `at`; npos when it does not end or nests too deeply.
  std::size_t value_end(std::size_t at) const {
    int depth = 0;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '"') {
        at = string_end(at);
        if (at == std::string_view::npos) return at;
        if (depth == 0) return at + 1;
      } else if (c == '[' || c == '{') {
        if (++depth > kDeepest) return std::string_view::npos;
      } else if (c == ']' || c == '}') {
        if (depth == 0) return at;
        if (--depth == 0) return at + 1;
      } else if (c == ',' && depth == 0) {
        return at;
      }
    }
    return std::string_view::npos;
  }

  // At the closing quote of the string that opens at `at`.
  std::size_t string_end(std::size_t at) const {
    for (++at; at < text_.size(); ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '"') {
        return at;
      }
    }
    return std::string_view::npos;
  }

  // Element ranges of the array that begins at `at`; empty when it is broken.
  std::vector<Range> elements(std::size_t at) const {
    std::vector<Range> ranges;
    for (++at; ranges.size() < kMostItems;) {
      at = skip_blank(at);
      if (at >= text_.size()) return {};
      if (text_[at] == ']') return ranges;
      const std::size_t end = value_end(at);
      if (end == std::string_view::npos || end == at) return {};
      ranges.push_back({at, end});
      at = end;
    }
    return ranges;
  }

  struct Member {
    Range key;
    Range value;
  };
  std::vector<Member> members(std::size_t at) const {
    std::vector<Member> list;
    for (++at; list.size() < kMostItems;) {
      at = skip_blank(at);
      if (at >= text_.size()) return {};
      if (text_[at] == '}') return list;
      if (text_[at] != '"') return {};
      const std::size_t key_end = string_end(at);
      if (key_end == std::string_view::npos) return {};
      const std::size_t colon = skip_blank(key_end + 1);
      if (colon >= text_.size() || text_[colon] != ':') return {};
      const std::size_t value = skip_blank(colon + 1);
      const std::size_t end = value_end(value);
      if (end == std::string_view::npos || end == value) return {};
      list.push_back({{at, key_end + 1}, {value, end}});
      at = end;
    }
    return list;
  }

 private:
  std::string_view text_;
};

// {"layer": 3, "line": 27} -> "[layer 3, line 27] ", as prompts ask for it in words.
std::string place_of(const Json& value) {
  std::string place;
  for (const char* const key : {"layer", "line"}) {
    if (!value.is_object() || !value.contains(key) || !value[key].is_number_integer()) continue;
    place += (place.empty() ? "[" : ", ") + std::string(key) + " " + value[key].dump();
  }
  return place.empty() ? "" : place + "] ";
}

std::string joined(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_structured()) return value.is_null() ? "" : value.dump();
  const std::string place = place_of(value);
  std::string text;
  for (const auto& [key, member] : value.items()) {
    const std::string part = member.is_string() ? member.get<std::string>() : "";
    if (part.empty()) continue;
    if (!text.empty()) text += text.ends_with('.') ? " " : ": ";
    text += part;
  }
  return text.empty() ? "" : place + text;
}

std::string text_of(std::string_view text, Range range) {
  const Json value = Json::parse(text.substr(range.begin, range.end - range.begin), nullptr, false);
  return value.is_discarded() ? "" : joined(value);
}

// The array to read: the text's own, or the first that is a member of its object.
std::size_t find_array(const Scanner& scanner, std::string_view text, std::size_t start) {
  if (text[start] == '[') return start;
  for (const auto& member : scanner.members(start)) {
    if (text[member.value.begin] == '[') return member.value.begin;
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<JsonItem> read_json_items(std::string_view reply, std::size_t from) {
  const Scanner scanner(reply);
  std::size_t start = scanner.skip_blank(from);
  if (reply.substr(start).starts_with("```")) {
    const std::size_t line = reply.find('\n', start);
    start = line == std::string_view::npos ? reply.size() : scanner.skip_blank(line + 1);
  }
  if (start >= reply.size() || (reply[start] != '[' && reply[start] != '{')) return {};
  std::vector<Range> ranges;
  const std::size_t array = find_array(scanner, reply, start);
  if (array != std::string_view::npos) {
    ranges = scanner.elements(array);
  } else {
    for (const auto& member : scanner.members(start)) ranges.push_back(member.value);
  }
  std::vector<JsonItem> items;
  for (const Range range : ranges) {
    std::string text = text_of(reply, range);
    if (text.find(' ') == std::string::npos) continue;  // a number or a code, no answer
    items.push_back({std::move(text), range.begin, range.end});
  }
  return items;
}

}  // namespace dlfix::mapping
