// A text as words with their places: what cues are matched against.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dlfix::mapping {

/// Parts of an answer, by how much they say about its subject.
enum class Zone {
  kTitle,  ///< "Learning rate:" in front of the first sentence
  kLead,   ///< the first sentence
  kNext,   ///< the second
  kRest,
};

struct Word {
  std::string text;  ///< lower case; letters, digits, '_' and inner dots of numbers and names
  std::size_t begin = 0;
  std::size_t end = 0;
  int sentence = 0;
  Zone zone = Zone::kLead;
};

/// Words of at most 4096 bytes of `text`. Sentences end at . ! ? ; or an empty line; a title is at
/// most nine words before a colon (or a line break, when bold). Hyphens separate words. Bytes
/// beyond ASCII separate words.
std::vector<Word> words_of(std::string_view text);

}  // namespace dlfix::mapping
