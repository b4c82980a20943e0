// Patches against several ground truths: which one a patch comes closest to.
// Source: paper sections 6.8 and 4; the package's notebooks take the highest Jaccard value.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "eval/metrics/repair_metrics.h"

namespace dlfix::eval {

struct NamedTruth {
  std::string name;
  mapping::Config config;
};

struct BestTruth {
  std::string name;
  double jaccard = 0;
  /// Names of hyperparameters whose values differ between the patch and this ground truth.
  std::vector<std::string> differing;
};

/// The ground truth with the highest asymmetric Jaccard value; among equals the one that fewest
/// hyperparameters differ from, then the first. Errors: std::invalid_argument without ground
/// truths.
BestTruth best_truth(const mapping::Config& faulty, std::span<const NamedTruth> truths,
                     const mapping::Config& patch, Jaccard definition = Jaccard::kPaper);

/// Names of `base` whose values differ in `other`, compared as `comparable` does; a name that
/// `other` lacks is unchanged.
std::vector<std::string> differing_names(const mapping::Config& base, const mapping::Config& other);

}  // namespace dlfix::eval
