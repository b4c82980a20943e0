// BOHB's model: where good configs are dense and bad ones are not.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "eval/repairers/bohb/kde.h"

namespace dlfix::eval::bohb {

struct ModelOptions {
  std::size_t min_points = 0;  ///< raised to the number of coordinates + 1
  int top_percent = 15;
  int samples = 64;  ///< candidates per proposal
  double random_fraction = 1.0 / 3;
  double bandwidth_factor = 3;  ///< widens the kernels that numbers are drawn from
  KdeOptions kde = {};
};

struct Proposal {
  Point point;
  bool model_based = false;
};

/// Densities of the good and the bad results at the largest budget that has enough of them; a
/// proposal maximises good / bad (which is maximising expected improvement in TPE's argument).
/// Source: HpBandSter config_generators/bohb; Falkner, Klein, Hutter, ICML 2018, section 3.2.
class DensityModel {
 public:
  DensityModel(std::vector<Coordinate> coordinates, const ModelOptions& options);

  /// A loss that is not finite is a crash: worse than every other. Not stored where a larger budget
  /// already has a model. `random` is used for imputing only.
  void add(double budget, const Point& point, double loss, RandomStream& random);
  bool ready() const { return !models_.empty(); }
  /// The budget whose results the proposals come from. Requires: ready().
  double model_budget() const { return models_.rbegin()->first; }
  const Kde& good() const { return models_.rbegin()->second.good; }
  const Kde& bad() const { return models_.rbegin()->second.bad; }

  /// Uniform without a model, and for the random fraction.
  Proposal propose(RandomStream& random) const;

 private:
  struct Result {
    Point point;
    double loss;
  };
  struct Densities {
    Kde good;
    Kde bad;
  };
  void refit(double budget, RandomStream& random);
  std::optional<Point> best_candidate(RandomStream& random) const;
  Point candidate_near(const Point& centre, RandomStream& random) const;

  std::vector<Coordinate> coordinates_;
  ModelOptions options_;
  std::map<double, std::vector<Result>> results_;
  std::map<double, Densities> models_;
};

}  // namespace dlfix::eval::bohb
