#include "mapping/findings/type_scores.h"

#include <algorithm>

namespace dlfix::mapping {
namespace {

constexpr double kSupport = 0.1;

double zone_weight(Zone zone) {
  switch (zone) {
    case Zone::kTitle:
      return 2.0;
    case Zone::kLead:
      return 1.5;
    case Zone::kNext:
      return 0.75;
    case Zone::kRest:
      return 0.5;
  }
  return 0.5;
}

}  // namespace

TypeScorer::TypeScorer() {
  for (const auto& type : fault_types()) {
    Compiled compiled{&type, {}};
    for (const auto& cue : type.cues) compiled.cues.emplace_back(cue.weight, Cue(cue.pattern));
    types_.push_back(std::move(compiled));
  }
}

std::vector<TypeScore> TypeScorer::score(const std::vector<Word>& words) const {
  std::vector<TypeScore> scores;
  const WordBeginnings beginnings = word_beginnings(words);
  for (const auto& [type, cues] : types_) {
    std::vector<std::pair<double, std::string>> fired;
    double against = 0;
    double total = 0;
    for (const auto& [weight, cue] : cues) {
      const int at = cue.possible(beginnings) ? cue.find(words) : -1;
      if (at < 0) continue;
      const double value = weight * zone_weight(words[static_cast<std::size_t>(at)].zone);
      if (weight < 0) {
        against += value;
      } else {
        fired.emplace_back(value, cue.pattern());
        total += value;
      }
    }
    if (fired.empty()) continue;
    std::ranges::stable_sort(fired, std::greater<>(), &std::pair<double, std::string>::first);
    TypeScore entry{
        type, fired.front().first + kSupport * (total - fired.front().first) + against, {}};
    if (entry.score <= 0) continue;
    for (auto& [value, pattern] : fired) entry.cues.push_back(std::move(pattern));
    scores.push_back(std::move(entry));
  }
  std::ranges::stable_sort(scores, std::greater<>(), &TypeScore::score);
  return scores;
}

}  // namespace dlfix::mapping
