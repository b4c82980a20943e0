#include "mapping/patch/lenient_json.h"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace dlfix::mapping {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;

struct Failure {
  std::string problem;
  bool truncated = false;
};

/// Curly quotes and their closing partners, as UTF-8.
constexpr std::string_view kCurlyQuotes[] = {"\u201c", "\u201d", "\u2018", "\u2019"};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Json read_object(int depth) {
    if (depth > kDeepest) throw Failure{at_line("nested too deeply")};
    ++at_;  // '{'
    Json object = Json::object();
    while (true) {
      skip_blanks();
      if (take('}')) return object;
      std::string key = read_key();
      skip_blanks();
      if (!take(':')) throw failure("expected ':' after " + key);
      Json value = read_value(depth);
      if (object.contains(key)) note("duplicate key " + key);
      object[key] = std::move(value);
      if (!next_member('}')) return object;
    }
  }

  std::size_t position() const { return at_; }
  std::set<std::string> notes() const { return notes_; }

 private:
  Json read_array(char close, int depth) {
    if (depth > kDeepest) throw Failure{at_line("nested too deeply")};
    ++at_;
    Json array = Json::array();
    while (true) {
      skip_blanks();
      if (take(close)) return array;
      array.push_back(read_value(depth));
      if (!next_member(close)) return array;
    }
  }

  /// After a member: true to go on, false when the container is closed.
  bool next_member(char close) {
    skip_blanks();
    if (take(',')) {
      skip_blanks();
      if (!peek(close)) return true;
      note("trailing comma");
    }
    if (take(close)) return false;
    throw failure(fmt::format("expected ',' or '{}'", close));
  }

  Json read_value(int depth) {
    skip_blanks();
    if (at_ >= text_.size()) throw failure("expected a value");
    const char c = text_[at_];
    if (c == '{') return read_object(depth + 1);
    if (c == '[') return read_array(']', depth + 1);
    if (c == '(') {
      note("Python tuple");
      return read_array(')', depth + 1);
    }
    if (starts_string()) return read_string();
    if (c == '-' || c == '+' || c == '.' || std::isdigit(static_cast<unsigned char>(c)) != 0)
      return read_product();
    return read_word();
  }

  std::string read_key() {
    if (starts_string()) return read_string();
    const std::string word = take_word();
    if (word.empty()) throw failure("expected a key");
    note("key without quotes");
    return word;
  }

  bool starts_string() const {
    return at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'' || curly_length() > 0);
  }

  std::size_t curly_length() const {
    for (const auto quote : kCurlyQuotes)
      if (text_.substr(at_).starts_with(quote)) return quote.size();
    return 0;
  }

  std::string read_string() {
    const std::size_t curly = curly_length();
    if (curly > 0) note("curly quotes");
    const char quote = curly > 0 ? '\0' : text_[at_];
    if (quote == '\'') note("single quotes");
    at_ += curly > 0 ? curly : 1;
    std::string value;
    while (at_ < text_.size()) {
      if (curly > 0 && curly_length() > 0) {
        at_ += curly_length();
        return value;
      }
      const char c = text_[at_++];
      if (quote != '\0' && c == quote) return value;
      if (c == '\n') throw Failure{at_line("a string is not closed on its line")};
      if (c == '\\' && at_ < text_.size()) {
        append_escape(value);
      } else {
        value += c;
      }
    }
    throw failure("a string is not closed");
  }

  void append_escape(std::string& value) {
    const char c = text_[at_++];
    switch (c) {
      case 'n':
        value += '\n';
        break;
      case 't':
        value += '\t';
        break;
      case 'r':
        value += '\r';
        break;
      case 'u':
        append_unicode(value);
        break;
      default:
        value += c;
    }
  }

  /// \uXXXX as UTF-8; anything else that follows \u is kept as written.
  void append_unicode(std::string& value) {
    unsigned code = 0;
    const auto digits = text_.substr(at_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc{} || end != digits.data() + 4) {
      value += "\\u";
      return;
    }
    at_ += 4;
    if (code < 0x80) {
      value += static_cast<char>(code);
    } else if (code < 0x800) {
      value += static_cast<char>(0xC0 | (code >> 6));
      value += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      value += static_cast<char>(0xE0 | (code >> 12));
      value += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
      value += static_cast<char>(0x80 | (code & 0x3F));
    }
  }

  Json read_number() {
    const std::size_t start = at_;
    if (text_[at_] == '+') ++at_;
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    std::int64_t whole = 0;
    const auto as_whole = std::from_chars(begin, end, whole);
    double number = 0;
    const auto as_double = std::from_chars(begin, end, number);
    if (as_double.ec != std::errc{} && as_double.ec != std::errc::result_out_of_range)
      throw failure("not a number");
    at_ = static_cast<std::size_t>(as_double.ptr - text_.data());
    if (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0))
      throw failure("not a number: " + std::string(text_.substr(start, at_ - start + 1)));
    if (as_whole.ec == std::errc{} && as_whole.ptr == as_double.ptr) return whole;
    return number;
  }

  /// A number, or `0.1/2`, `2 * 16`, as models write now and then; from left to right.
  Json read_product() {
    Json left = read_number();
    while (true) {
      const std::size_t before = at_;
      while (peek(' ')) ++at_;
      const bool division =
          peek('/') && !text_.substr(at_).starts_with("//") && !text_.substr(at_).starts_with("/*");
      if (!division && !peek('*')) {
        at_ = before;
        return left;
      }
      ++at_;
      while (peek(' ')) ++at_;
      if (at_ >= text_.size()) throw failure("a number is missing after the operator");
      note("arithmetic");
      left = combined(left, read_number(), division);
    }
  }

  static Json combined(const Json& left, const Json& right, bool division) {
    const double value = division ? left.get<double>() / right.get<double>()
                                  : left.get<double>() * right.get<double>();
    const bool whole = left.is_number_integer() && right.is_number_integer() &&
                       value == std::floor(value) && std::abs(value) < 1e15;
    return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
  }

  Json read_word() {
    const std::string word = take_word();
    if (word.empty()) throw failure("expected a value");
    if (word == "true") return true;
    if (word == "false") return false;
    if (word == "null") return nullptr;
    if (word == "True" || word == "False" || word == "None") {
      note("Python literal");
      return word == "None" ? Json(nullptr) : Json(word == "True");
    }
    if (word == "NaN" || word == "nan" || word == "Infinity" || word == "inf") {
      note("not-a-number word");
      return word[0] == 'N' || word[0] == 'n' ? std::numeric_limits<double>::quiet_NaN()
                                              : std::numeric_limits<double>::infinity();
    }
    throw failure("not a JSON value: " + word);
  }

  std::string take_word() {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else if (c == '#' || text_.substr(at_).starts_with("//")) {
        note("comment");
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        note("comment");
        const auto close = text_.find("*/", at_ + 2);
        at_ = close == std::string_view::npos ? text_.size() : close + 2;
      } else if (text_.substr(at_).starts_with("\u00a0")) {
        at_ += 2;
      } else {
        return;
      }
    }
  }

  bool peek(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    if (!peek(c)) return false;
    ++at_;
    return true;
  }

  void note(std::string what) { notes_.insert(std::move(what)); }

  std::string at_line(const std::string& what) const {
    const auto head = text_.substr(0, std::min(at_, text_.size()));
    return fmt::format("line {}: {}", 1 + std::ranges::count(head, '\n'), what);
  }
  Failure failure(const std::string& what) const { return {at_line(what), at_ >= text_.size()}; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::set<std::string> notes_;
};

}  // namespace

LenientJson read_lenient_object(std::string_view text) {
  LenientJson result;
  Reader reader(text);
  try {
    result.value = reader.read_object(0);
  } catch (const Failure& failure) {
    result.problem = failure.problem;
    result.truncated = failure.truncated;
  }
  result.end = std::min(reader.position(), text.size());
  result.leniencies = reader.notes();
  return result;
}

}  // namespace dlfix::mapping
