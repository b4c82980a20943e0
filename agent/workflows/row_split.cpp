#include "agent/workflows/row_split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "eval/statistics/random_stream.h"

namespace dlfix::agent {
Split split_rows(const Rows& rows, const std::vector<std::int64_t>& strata, double share,
                 std::uint64_t seed) {
  std::map<std::int64_t, Rows> groups;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    groups[strata.empty() ? 0 : strata[i]].push_back(rows[i]);
  }
  eval::RandomStream random(seed);
  Split split;
  double due = 0;  // carries the rounding over, so that many small strata do not all round up
  for (auto& [stratum, members] : groups) {
    eval::shuffle(members, random);
    due += share * static_cast<double>(members.size());
    const double wanted = std::floor(due - static_cast<double>(split.second.size()) + 0.5);
    const auto taken =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::max(wanted, 0.0)), 0, members.size());
    const auto middle = members.begin() + static_cast<std::ptrdiff_t>(taken);
    split.second.insert(split.second.end(), members.begin(), middle);
    split.first.insert(split.first.end(), middle, members.end());
  }
  std::sort(split.first.begin(), split.first.end());
  std::sort(split.second.begin(), split.second.end());
  return split;
}

Rows row_range(std::int64_t first, std::int64_t last) {
  Rows rows(static_cast<std::size_t>(std::max<std::int64_t>(last - first, 0)));
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

}  // namespace dlfix::agent
