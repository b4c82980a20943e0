// NSGA-II: a population that spreads over the best compromises between several objectives.
#pragma once

#include <functional>
#include <vector>

#include "eval/repairers/hebo/pareto.h"
#include "eval/repairers/hebo/variation.h"

namespace dlfix::eval::hebo {

struct Nsga2Options {
  std::size_t population = 100;
  int generations = 100;  ///< evaluating the first population is one of them
  /// Parents by binary tournament (dominance, then crowding distance, then chance); otherwise at
  /// random.
  bool tournament = false;
  VariationOptions variation = {};
};

/// One entry a point, each with one number an objective.
using EvaluatePoints = std::function<std::vector<Objectives>(const std::vector<Point>& points)>;

struct Individual {
  Point point;
  Objectives objectives;
};

/// The non-dominated points of the last population. Points are evaluated once, a generation at a
/// time; a child that equals a parent or another child is bred again. Source: Deb et al. 2002,
/// pymoo 0.5-0.6.
std::vector<Individual> evolve(const std::vector<Gene>& genes, const std::vector<Point>& initial,
                               const EvaluatePoints& evaluate, const Nsga2Options& options,
                               RandomStream& random);

}  // namespace dlfix::eval::hebo
