#include "mapping/findings/specificity.h"

#include <algorithm>

namespace dlfix::mapping {

Signs::Signs(const std::string& name) {
  for (const auto& pattern : sign_cues(name)) cues_.emplace_back(pattern);
}

int Signs::count(const std::vector<Word>& words) const {
  return static_cast<int>(
      std::ranges::count_if(cues_, [&](const Cue& cue) { return cue.matches(words); }));
}

bool Signs::any(const std::vector<Word>& words) const {
  return std::ranges::any_of(cues_, [&](const Cue& cue) { return cue.matches(words); });
}

SpecificityJudge::SpecificityJudge() = default;

bool SpecificityJudge::is_specific(const std::vector<Word>& words, const FaultType& type) const {
  switch (type.specific) {
    case Specificity::kAlways:
      return true;
    case Specificity::kNever:
      return false;
    case Specificity::kAdvice:
      return !advice_.any(words);
    case Specificity::kPraise:
      return !praise_.any(words) || remedy_.any(words);
    case Specificity::kConcession:
      return !concession_.any(words);
    case Specificity::kDirection:
      break;
  }
  if (vague_.any(words)) return false;
  return direction_.any(words);
}

bool SpecificityJudge::is_praise(const std::vector<Word>& words) const {
  return praise_.any(words) && !doubt_.any(words);
}

}  // namespace dlfix::mapping
