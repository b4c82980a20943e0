#include "eval/metrics/best_truth.h"

#include <optional>
#include <stdexcept>

namespace dlfix::eval {

std::vector<std::string> differing_names(const mapping::Config& base,
                                         const mapping::Config& other) {
  std::vector<std::string> names;
  for (const auto& [name, value] : base) {
    const auto found = other.find(name);
    if (found != other.end() && !same_value(name, value, found->second)) names.push_back(name);
  }
  return names;
}

BestTruth best_truth(const mapping::Config& faulty, std::span<const NamedTruth> truths,
                     const mapping::Config& patch, Jaccard definition) {
  if (truths.empty()) throw std::invalid_argument("best_truth: there is no ground truth");
  mapping::Config full = faulty;
  for (const auto& [name, value] : patch) full[name] = value;
  std::optional<BestTruth> best;
  for (const auto& truth : truths) {
    BestTruth one{truth.name, asymmetric_jaccard(faulty, truth.config, patch, definition),
                  differing_names(truth.config, full)};
    if (!best || one.jaccard > best->jaccard ||
        (one.jaccard == best->jaccard && one.differing.size() < best->differing.size()))
      best = std::move(one);
  }
  return *best;
}

}  // namespace dlfix::eval
