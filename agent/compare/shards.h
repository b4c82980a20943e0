// Dividing a comparison among machines.
#pragma once

#include <string>
#include <vector>

namespace dlfix::agent {

/// "2/3": the second of three; {1, 1}: everything.
struct Shard {
  int index = 1;
  int of = 1;
};

/// Errors: InputError. An empty text is everything.
Shard parse_shard(const std::string& text);

/// Which shard (from 1) does each cell: the dearest first, each to the shard with the least so far.
/// The same for the same costs on every machine.
std::vector<int> assign_shards(const std::vector<double>& costs, int shards);

}  // namespace dlfix::agent
