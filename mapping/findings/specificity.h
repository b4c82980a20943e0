// Does an answer name a change that could be made?
#pragma once

#include <string>
#include <vector>

#include "mapping/catalogue/catalogue.h"
#include "mapping/findings/cues.h"

namespace dlfix::mapping {

/// The catalogue's signs of how something is said.
class Signs {
 public:
  explicit Signs(const std::string& name);
  int count(const std::vector<Word>& words) const;
  bool any(const std::vector<Word>& words) const;

 private:
  std::vector<Cue> cues_;
};

class SpecificityJudge {
 public:
  SpecificityJudge();
  /// By the type's policy: always, only with a direction ("too low", "more layers") and without
  /// leaving it open ("too high or too low", "experiment with different ..."), and so on.
  bool is_specific(const std::vector<Word>& words, const FaultType& type) const;
  /// Nothing but approval: "the optimizer used is a good choice".
  bool is_praise(const std::vector<Word>& words) const;

 private:
  Signs vague_{"vague"};
  Signs direction_{"direction"};
  Signs praise_{"praise"};
  Signs doubt_{"doubt"};
  Signs remedy_{"remedy"};
  Signs concession_{"concession"};
  Signs advice_{"advice"};
};

}  // namespace dlfix::mapping
