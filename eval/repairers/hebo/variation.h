// New points from old ones: crossover and mutation.
#pragma once

#include <utility>
#include <vector>

#include "eval/repairers/hebo/design_space.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval::hebo {

enum class GeneType : std::uint8_t { kReal, kInteger, kCategory };

/// One variable of an evolutionary search; integers and categories are whole numbers in
/// [low, high].
struct Gene {
  GeneType type = GeneType::kReal;
  double low = 0;
  double high = 1;
};

struct VariationOptions {
  double crossover_eta = 15;
  double mutation_eta = 20;
  double mating_probability = 0.9;  ///< of numbers; categories are always exchanged
};

/// Two children. Numbers: simulated binary crossover within bounds, then polynomial mutation of
/// one in as many as there are of their type; integers with bounds half a step wider, then rounded.
/// Categories: exchanged with probability 1/2 each, then one in as many as there are drawn anew.
/// Sources: Deb and Agrawal 1995; Deb and Goyal 1996; pymoo 0.6 MixedVariableMating.
std::pair<Point, Point> offspring(const std::vector<Gene>& genes, const Point& mother,
                                  const Point& father, const VariationOptions& options,
                                  RandomStream& random);

}  // namespace dlfix::eval::hebo
