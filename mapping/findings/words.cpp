#include "mapping/findings/words.h"

#include <algorithm>

namespace dlfix::mapping {
namespace {

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLongestTitle = 9;

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text.substr(0, kLongestText)) {}

  std::vector<Word> read() {
    for (std::size_t at = 0; at < text_.size();) {
      if (is_word_char(text_[at])) {
        at = read_word(at);
      } else {
        at = read_sign(at);
      }
    }
    set_zones();
    return std::move(words_);
  }

 private:
  std::size_t read_word(std::size_t at) {
    Word word;
    word.begin = at;
    word.sentence = sentence_;
    while (at < text_.size()) {
      const bool inner_dot = text_[at] == '.' && at + 1 < text_.size() &&
                             is_word_char(text_[at + 1]) && at > word.begin &&
                             lower(text_[at + 1]) == text_[at + 1];
      const bool exponent = text_[at] == '-' && at > word.begin && lower(text_[at - 1]) == 'e' &&
                            text_[word.begin] >= '0' && text_[word.begin] <= '9';
      if (!is_word_char(text_[at]) && !inner_dot && !exponent) break;
      word.text += lower(text_[at++]);
    }
    word.end = at;
    join_not(word);
    words_.push_back(std::move(word));
    return at;
  }

  // "isn't" is read as "is not".
  void join_not(Word& word) {
    if (word.text != "t" || words_.empty() || !words_.back().text.ends_with('n')) return;
    const std::size_t gap = word.begin - words_.back().end;
    if (gap == 0 || gap > 3 || text_[word.begin - 1] == ' ') return;
    words_.back().text.pop_back();
    word.text = "not";
  }

  std::size_t read_sign(std::size_t at) {
    const char c = text_[at];
    const bool ends = c == '!' || c == '?' || c == ';' || (c == '.' && !abbreviation()) ||
                      (c == '\n' && (at + 1 >= text_.size() || text_[at + 1] == '\n'));
    const bool bold_line = c == '\n' && at > 0 && (text_[at - 1] == '*' || text_[at - 1] == ':');
    if (c == ':' || bold_line) end_title();
    if (ends || bold_line) ++sentence_;
    return at + 1;
  }

  // e.g. and i.e. are read as one word with an inner dot: "e.g".
  bool abbreviation() const {
    return !words_.empty() && (words_.back().text == "e.g" || words_.back().text == "i.e" ||
                               words_.back().text == "etc" || words_.back().text == "vs");
  }

  void end_title() {
    if (title_words_ != 0 || sentence_ != 0 || words_.empty() || words_.size() > kLongestTitle)
      return;
    title_words_ = words_.size();
    ++sentence_;
  }

  void set_zones() {
    const int lead = title_words_ > 0 ? 1 : 0;
    for (std::size_t index = 0; index < words_.size(); ++index) {
      Word& word = words_[index];
      word.zone = index < title_words_        ? Zone::kTitle
                  : word.sentence <= lead     ? Zone::kLead
                  : word.sentence == lead + 1 ? Zone::kNext
                                              : Zone::kRest;
    }
  }

  std::string_view text_;
  std::vector<Word> words_;
  std::size_t title_words_ = 0;
  int sentence_ = 0;
};

}  // namespace

std::vector<Word> words_of(std::string_view text) { return WordReader(text).read(); }

}  // namespace dlfix::mapping
