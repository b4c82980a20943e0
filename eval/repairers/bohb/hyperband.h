// Hyperband: how many configs get which share of a full training.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dlfix::eval::bohb {

/// One round of successive halving: so many configs, each trained with this budget.
struct Rung {
  double budget = 1;
  std::size_t configs = 1;
  bool operator==(const Rung&) const = default;
};

enum class BracketSize {
  kCode,   ///< floor(S / (s + 1)) eta^s, as HpBandSter has it (its issue 113)
  kPaper,  ///< ceil(S / (s + 1) eta^s); Li et al., JMLR 18 (2018), algorithm 1
};

struct HyperbandOptions {
  double eta = 3;
  double min_budget = 1;
  double max_budget = 1;
  BracketSize size = BracketSize::kCode;
};

/// S = floor(log_eta(max / min)) + 1, exact at powers of eta. Requires: eta > 1, 0 < min <= max.
int rung_count(const HyperbandOptions& options);

/// Rungs of bracket `number` = 0, 1, 2, ..., smallest budget first. Brackets repeat after S.
std::vector<Rung> bracket(const HyperbandOptions& options, std::size_t number);

/// Indices of the smallest finite losses, best first, at most `places`; the earlier one on ties.
std::vector<std::size_t> promoted(std::span<const double> losses, std::size_t places);

}  // namespace dlfix::eval::bohb
