#include "agent/compare/shards.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "trainer/support/errors.h"

namespace dlfix::agent {

Shard parse_shard(const std::string& text) {
  Shard shard;
  if (text.empty()) return shard;
  const char* end = text.data() + text.size();
  const auto [slash, first] = std::from_chars(text.data(), end, shard.index);
  const bool divided = first == std::errc() && slash != end && *slash == '/';
  const auto [rest, second] =
      divided ? std::from_chars(slash + 1, end, shard.of) : std::from_chars(end, end, shard.of);
  const bool valid = divided && second == std::errc() && rest == end && shard.index >= 1 &&
                     shard.of >= 1 && shard.index <= shard.of;
  if (!valid)
    throw support::InputError("--shard " + text + ": is no shard", "give 1/3, 2/3 or 3/3");
  return shard;
}

std::vector<int> assign_shards(const std::vector<double>& costs, int shards) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  std::vector<double> loads(static_cast<std::size_t>(shards), 0.0);
  std::vector<int> assigned(costs.size(), 1);
  for (const std::size_t cell : order) {
    const auto least = std::ranges::min_element(loads);
    *least += costs[cell];
    assigned[cell] = static_cast<int>(least - loads.begin()) + 1;
  }
  return assigned;
}

}  // namespace dlfix::agent
