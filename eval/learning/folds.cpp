#include "eval/learning/folds.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "eval/statistics/random_stream.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;

void check_folds(int folds) {
  if (folds < 2) throw InputError(fmt::format("{} folds hold nothing out", folds));
}

std::map<std::string, std::size_t> sizes_of(const std::vector<std::string>& groups) {
  std::map<std::string, std::size_t> sizes;
  for (const std::string& group : groups) ++sizes[group];
  return sizes;
}

}  // namespace

FoldOfItem group_folds(const std::vector<std::string>& groups, int folds) {
  check_folds(folds);
  const auto sizes = sizes_of(groups);
  if (sizes.size() < 2) {
    throw InputError(
        fmt::format("{} groups: at least two are needed to hold one out", sizes.size()));
  }
  std::vector<std::pair<std::string, std::size_t>> order(sizes.rbegin(), sizes.rend());
  std::ranges::stable_sort(order, std::greater<>(), [](const auto& group) { return group.second; });
  std::vector<std::size_t> loads(std::min(sizes.size(), static_cast<std::size_t>(folds)), 0);
  std::map<std::string, int> fold_of;
  for (const auto& [group, size] : order) {
    const auto lightest = std::ranges::min_element(loads);
    *lightest += size;
    fold_of[group] = static_cast<int>(lightest - loads.begin());
  }
  FoldOfItem result;
  for (const std::string& group : groups) result.push_back(fold_of[group]);
  return result;
}

FoldOfItem folds_within_groups(const std::vector<std::string>& groups,
                               const std::vector<std::string>& strata, int folds,
                               std::uint64_t seed) {
  check_folds(folds);
  if (groups.size() < 2 || groups.size() != strata.size()) {
    throw InputError(
        fmt::format("{} groups and {} strata: one of each is needed for at least two items",
                    groups.size(), strata.size()));
  }
  std::map<std::string, std::map<std::string, std::vector<std::size_t>>> members;
  for (std::size_t i = 0; i < groups.size(); ++i) members[groups[i]][strata[i]].push_back(i);
  FoldOfItem result(groups.size());
  RandomStream random(seed);
  for (auto& [group, by_stratum] : members) {
    // Dealt round: strata go on where the one before stopped, so that folds stay of one size.
    auto next = random.index(static_cast<std::size_t>(folds));
    for (auto& [stratum, items] : by_stratum) {
      shuffle(items, random);
      for (const std::size_t item : items) {
        result[item] = static_cast<int>(next++ % static_cast<std::size_t>(folds));
      }
    }
  }
  return result;
}

FoldOfItem random_folds(std::size_t items, int folds, std::uint64_t seed) {
  check_folds(folds);
  if (items < static_cast<std::size_t>(folds)) {
    throw InputError(fmt::format("{} items do not fill {} folds", items, folds));
  }
  std::vector<std::size_t> order(items);
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomStream random(seed);
  shuffle(order, random);
  FoldOfItem result(items);
  for (std::size_t i = 0; i < items; ++i) {
    result[order[i]] = static_cast<int>(i % static_cast<std::size_t>(folds));
  }
  return result;
}

}  // namespace dlfix::eval
