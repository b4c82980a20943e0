#include "eval/repairers/hebo/variation.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dlfix::eval::hebo {
namespace {

constexpr double kSame = 1e-14;
constexpr double kHalfStep = 0.5;

struct Bounds {
  double low;
  double high;
};

Bounds bounds_of(const Gene& gene) {
  const double room = gene.type == GeneType::kReal ? 0 : kHalfStep;
  return {gene.low - room, gene.high + room};
}

double settled_gene(const Gene& gene, double value) {
  const double whole = gene.type == GeneType::kReal ? value : std::nearbyint(value);
  return std::clamp(whole, gene.low, gene.high);
}

/// How far the children lie apart in units of the parents' distance; `room`: from the nearer bound,
/// in the same units.
double spread_factor(double room, double eta, double share) {
  const double alpha = 2 - std::pow(1 + 2 * room, -(eta + 1));
  const double power = 1 / (eta + 1);
  if (share <= 1 / alpha) return std::pow(share * alpha, power);
  return std::pow(1 / (2 - share * alpha), power);
}

void cross_numbers(const Gene& gene, double eta, double& a, double& b, RandomStream& random) {
  const double share = random.uniform();
  const bool swapped = random.uniform() < 0.5;
  if (std::abs(a - b) <= kSame) return;
  const Bounds bounds = bounds_of(gene);
  const double low = std::min(a, b);
  const double high = std::max(a, b);
  const double width = high - low;
  const double below = spread_factor((low - bounds.low) / width, eta, share);
  const double above = spread_factor((bounds.high - high) / width, eta, share);
  const double first = std::clamp((low + high - below * width) / 2, bounds.low, bounds.high);
  const double second = std::clamp((low + high + above * width) / 2, bounds.low, bounds.high);
  a = swapped ? second : first;
  b = swapped ? first : second;
}

double mutated_number(const Gene& gene, double eta, double value, RandomStream& random) {
  const Bounds bounds = bounds_of(gene);
  const double range = bounds.high - bounds.low;
  const double share = random.uniform();
  if (!(range > 0)) return value;
  const double power = 1 / (eta + 1);
  double shift = 0;
  if (share < 0.5) {
    const double rest = std::pow(1 - (value - bounds.low) / range, eta + 1);
    shift = std::pow(2 * share + (1 - 2 * share) * rest, power) - 1;
  } else {
    const double rest = std::pow(1 - (bounds.high - value) / range, eta + 1);
    shift = 1 - std::pow(2 * (1 - share) + 2 * (share - 0.5) * rest, power);
  }
  return std::clamp(value + shift * range, bounds.low, bounds.high);
}

void mutate_gene(const Gene& gene, double probability, double eta, double& value,
                 RandomStream& random) {
  if (random.uniform() >= probability) return;
  if (gene.type == GeneType::kCategory) {
    value = gene.low +
            static_cast<double>(random.index(static_cast<std::size_t>(gene.high - gene.low) + 1));
  } else {
    value = mutated_number(gene, eta, value, random);
  }
}

}  // namespace

std::pair<Point, Point> offspring(const std::vector<Gene>& genes, const Point& mother,
                                  const Point& father, const VariationOptions& options,
                                  RandomStream& random) {
  std::array<double, 3> counts{};
  for (const Gene& gene : genes) ++counts[static_cast<std::size_t>(gene.type)];
  std::pair<Point, Point> children(mother, father);
  std::array<bool, 3> crossed{};
  for (bool& mates : crossed) mates = random.uniform() < options.mating_probability;
  crossed[static_cast<std::size_t>(GeneType::kCategory)] = true;
  for (std::size_t i = 0; i < genes.size(); ++i) {
    const Gene& gene = genes[i];
    const auto type = static_cast<std::size_t>(gene.type);
    double& a = children.first[i];
    double& b = children.second[i];
    if (crossed[type] && random.uniform() < 0.5) {
      if (gene.type == GeneType::kCategory) {
        std::swap(a, b);
      } else {
        cross_numbers(gene, options.crossover_eta, a, b, random);
        a = settled_gene(gene, a);
        b = settled_gene(gene, b);
      }
    }
    mutate_gene(gene, 1 / counts[type], options.mutation_eta, a, random);
    mutate_gene(gene, 1 / counts[type], options.mutation_eta, b, random);
    a = settled_gene(gene, a);
    b = settled_gene(gene, b);
  }
  return children;
}

}  // namespace dlfix::eval::hebo
