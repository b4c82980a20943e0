// BOHB as a minimiser that is asked for points and told what they were worth.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "eval/repairers/bohb/density_model.h"
#include "eval/repairers/bohb/hyperband.h"

namespace dlfix::eval::bohb {

/// One evaluation: a point at a budget.
struct Evaluation {
  Point point;
  double budget = 1;
  bool model_based = false;
  std::size_t place = 0;  ///< in its rung
};

/// The point that is to be tried in place of a proposed one (a form that means the same);
/// nullopt: this one must not be tried at that budget.
using Admission = std::function<std::optional<Point>(const Point&, double budget)>;

struct OptimizerOptions {
  ModelOptions model = {};
  HyperbandOptions hyperband = {};
  std::uint64_t seed = 0;
};

/// Brackets of successive halving one after another, forever; new points come from the density
/// model, which learns from every result at every rung. Deterministic under the seed and the losses
/// told. Source: HpBandSter optimizers/bohb, iterations/successivehalving.
class Optimizer {
 public:
  Optimizer(std::vector<Coordinate> coordinates, const OptimizerOptions& options,
            Admission admit = {});

  /// The next evaluations of the current rung, at most `most`: those whose points are settled
  /// without each other's results, as parallel workers would get them. Empty: nothing can be
  /// proposed that `admit` lets through; or results of this rung are still to be told.
  std::vector<Evaluation> ask(std::size_t most);
  /// A loss that is not finite: it crashed. Every evaluation asked for is told once.
  void tell(const Evaluation& evaluation, double loss);
  /// A result from elsewhere: known to the model, in no bracket.
  void learn(const Point& point, double budget, double loss);

  bool exhausted() const { return exhausted_; }
  const DensityModel& model() const { return model_; }
  std::size_t proposed() const { return proposed_; }
  std::size_t model_based() const { return model_based_; }

 private:
  struct Entry {
    Point point;
    double loss = 0;
    bool told = false;
  };
  const Rung& rung() const { return rungs_[rung_]; }
  void advance();
  std::optional<Evaluation> next();

  std::vector<Coordinate> coordinates_;
  OptimizerOptions options_;
  Admission admit_;
  DensityModel model_;
  RandomStream random_;
  std::size_t bracket_ = 0;
  std::vector<Rung> rungs_;
  std::size_t rung_ = 0;
  std::vector<Point> survivors_;  ///< promoted into the current rung
  std::vector<Entry> entries_;    ///< of the current rung, in the order asked
  std::size_t proposed_ = 0;
  std::size_t model_based_ = 0;
  bool exhausted_ = false;
};

}  // namespace dlfix::eval::bohb
