// Cues: phrases that point to something, as written in the catalogue, and where they occur.
//
// A cue is a row of terms, all within one sentence:
//   word      the word itself              rate        "rate"
//   word*     every word that begins so    regulari*   "regularisation", "regularizer"
//   a|b*      one of several               too|very
//   #         a number                     only # epochs
//   ..        up to four words between     no .. validation set
//   !a|b      the word is none of these    !batch normali*
// "cue & cue & ..." needs all of them; the first gives the place, the others may be anywhere.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/findings/words.h"

namespace dlfix::mapping {

/// The first two letters of every word of a text, hashed: tells in no time that a cue cannot match.
using WordBeginnings = std::bitset<1024>;
WordBeginnings word_beginnings(const std::vector<Word>& words);

class Cue {
 public:
  /// Errors: InputError naming a cue without a word to look for.
  explicit Cue(std::string_view pattern);

  const std::string& pattern() const { return pattern_; }
  /// Index of the first word of the best match (title before lead before the rest), -1 when there
  /// is none.
  int find(const std::vector<Word>& words) const;
  /// False: the text lacks a word that the cue needs.
  bool possible(const WordBeginnings& beginnings) const;
  bool matches(const std::vector<Word>& words) const { return find(words) >= 0; }

 private:
  struct Choice {
    std::string word;
    bool prefix = false;
  };
  struct Term {
    std::vector<Choice> choices;
    bool number = false;
    bool negated = false;
    bool gap = false;
    std::bitset<128> initials;  ///< what a word may begin with to fit: most words fail here
    WordBeginnings beginnings;  ///< of the choices; empty: any word may do
  };
  using Sequence = std::vector<Term>;

  static Term read_term(std::string_view text);
  static bool fits(const Term& term, const Word& word);
  static bool match_at(const Sequence& terms, std::size_t term, const std::vector<Word>& words,
                       std::size_t at, int sentence);
  static int find_sequence(const Sequence& terms, const std::vector<Word>& words);

  std::string pattern_;
  std::vector<Sequence> parts_;
};

}  // namespace dlfix::mapping
