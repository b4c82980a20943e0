#include "mapping/findings/cues.h"

#include <algorithm>

#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

constexpr int kLongestGap = 4;

std::size_t beginning_of(std::string_view word) {
  return (static_cast<unsigned char>(word[0]) * 31U + static_cast<unsigned char>(word[1])) % 1024U;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    if (const auto part = text.substr(0, at); !part.empty()) parts.push_back(part);
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_number(const std::string& word) {
  return !word.empty() && word[0] >= '0' && word[0] <= '9';
}

}  // namespace

WordBeginnings word_beginnings(const std::vector<Word>& words) {
  WordBeginnings beginnings;
  for (const auto& word : words) {
    if (word.text.size() >= 2) beginnings.set(beginning_of(word.text));
  }
  return beginnings;
}

Cue::Cue(std::string_view pattern) : pattern_(pattern) {
  for (const auto part : split(pattern, '&')) {
    Sequence terms;
    for (const auto text : split(part, ' ')) terms.push_back(read_term(text));
    if (terms.empty() || terms.front().gap || terms.back().gap) {
      throw support::InputError(
          "fault_types.json: the cue '" + pattern_ + "' has no word to look for",
          "see mapping/findings/cues.h for how a cue is written");
    }
    parts_.push_back(std::move(terms));
  }
  if (parts_.empty()) {
    throw support::InputError("fault_types.json: an empty cue", "see mapping/findings/cues.h");
  }
}

Cue::Term Cue::read_term(std::string_view text) {
  Term term;
  if (text == "..") {
    term.gap = true;
    return term;
  }
  if (text.starts_with('!')) {
    term.negated = true;
    text.remove_prefix(1);
  }
  for (auto word : split(text, '|')) {
    if (word == "#") {
      term.number = true;
      for (char digit = '0'; digit <= '9'; ++digit)
        term.initials.set(static_cast<std::size_t>(digit));
      continue;
    }
    const bool prefix = word.ends_with('*');
    if (prefix) word.remove_suffix(1);
    if (!word.empty()) term.initials.set(static_cast<unsigned char>(word[0]) & 127U);
    term.choices.push_back({std::string(word), prefix});
  }
  const bool any_word =
      term.negated || term.number ||
      std::ranges::any_of(term.choices, [](const Choice& c) { return c.word.size() < 2; });
  for (const auto& choice : term.choices) {
    if (!any_word) term.beginnings.set(beginning_of(choice.word));
  }
  return term;
}

bool Cue::possible(const WordBeginnings& beginnings) const {
  return std::ranges::all_of(parts_, [&](const Sequence& terms) {
    return std::ranges::all_of(terms, [&](const Term& term) {
      return term.beginnings.none() || (term.beginnings & beginnings).any();
    });
  });
}

bool Cue::fits(const Term& term, const Word& word) {
  if (!term.negated && !term.initials.test(static_cast<unsigned char>(word.text[0]) & 127U)) {
    return false;
  }
  const bool found =
      (term.number && is_number(word.text)) ||
      std::ranges::any_of(term.choices, [&](const Choice& choice) {
        return choice.prefix ? word.text.starts_with(choice.word) : word.text == choice.word;
      });
  return found != term.negated;
}

bool Cue::match_at(const Sequence& terms, std::size_t term, const std::vector<Word>& words,
                   std::size_t at, int sentence) {
  if (term == terms.size()) return true;
  if (terms[term].gap) {
    for (int skipped = 0; skipped <= kLongestGap; ++skipped) {
      if (match_at(terms, term + 1, words, at + static_cast<std::size_t>(skipped), sentence))
        return true;
    }
    return false;
  }
  return at < words.size() && words[at].sentence == sentence && fits(terms[term], words[at]) &&
         match_at(terms, term + 1, words, at + 1, sentence);
}

int Cue::find_sequence(const Sequence& terms, const std::vector<Word>& words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (match_at(terms, 0, words, at, words[at].sentence)) return static_cast<int>(at);
  }
  return -1;
}

int Cue::find(const std::vector<Word>& words) const {
  for (std::size_t part = 1; part < parts_.size(); ++part) {
    if (find_sequence(parts_[part], words) < 0) return -1;
  }
  return find_sequence(parts_.front(), words);
}

}  // namespace dlfix::mapping
