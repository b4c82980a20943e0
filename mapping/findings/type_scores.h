// How strongly each fault type speaks out of an answer.
#pragma once

#include <string>
#include <vector>

#include "mapping/catalogue/catalogue.h"
#include "mapping/findings/cues.h"

namespace dlfix::mapping {

struct TypeScore {
  const FaultType* type = nullptr;
  double score = 0;
  std::vector<std::string> cues;  ///< that fired in favour, the strongest first
};

/// The catalogue's cues, ready to be matched.
class TypeScorer {
 public:
  TypeScorer();
  /// Types that at least one cue speaks for, best first; equals in the order of the catalogue. A
  /// cue counts by its weight and by where it stands: title 2, first sentence 1.5, second 0.75,
  /// later 0.5. The best cue counts in full, others by a tenth; cues against count in full.
  std::vector<TypeScore> score(const std::vector<Word>& words) const;

 private:
  struct Compiled {
    const FaultType* type;
    std::vector<std::pair<double, Cue>> cues;
  };
  std::vector<Compiled> types_;
};

}  // namespace dlfix::mapping
