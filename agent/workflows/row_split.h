// Splitting rows, the same way on every machine.
#pragma once

#include <cstdint>
#include <vector>

namespace dlfix::agent {

using Rows = std::vector<std::int64_t>;

/// Two disjoint parts, each in ascending order.
struct Split {
  Rows first;
  Rows second;
};

/// Moves `share` of the rows of every stratum (rounded so that the whole comes out right) into
/// `second`. `strata`: one label per entry of `rows`; empty: one stratum. Depends on `seed` alone.
Split split_rows(const Rows& rows, const std::vector<std::int64_t>& strata, double share,
                 std::uint64_t seed);

/// first, first + 1, ..., last - 1.
Rows row_range(std::int64_t first, std::int64_t last);

}  // namespace dlfix::agent
