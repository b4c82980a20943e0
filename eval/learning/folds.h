// Who is held out when: rows at random, whole groups, or a part of every group.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dlfix::eval {

/// [item]: the fold that holds it out, from 0.
using FoldOfItem = std::vector<int>;

/// Whole groups: each goes to the fold with the fewest items so far, large groups first; of groups
/// of one size the one whose name sorts last comes first, of folds the first. `folds` is lowered to
/// the number of groups (leave one group out).
/// Errors: InputError for no items or fewer than two folds or groups.
/// Source: sklearn.model_selection.GroupKFold of scikit-learn 1.2 (whose order of equal groups is
/// open beyond 16 groups).
FoldOfItem group_folds(const std::vector<std::string>& groups, int folds);

/// Items at random, each stratum spread evenly inside each group, so that every group with at least
/// two items is in every training set. Errors: InputError unless both lists have one length of at
/// least two, and folds is at least two.
FoldOfItem folds_within_groups(const std::vector<std::string>& groups,
                               const std::vector<std::string>& strata, int folds,
                               std::uint64_t seed);

/// Items at random, without regard to anything. Errors: InputError unless 2 <= folds <= items.
FoldOfItem random_folds(std::size_t items, int folds, std::uint64_t seed);

}  // namespace dlfix::eval
