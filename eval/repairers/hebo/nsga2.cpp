#include "eval/repairers/hebo/nsga2.h"

#include <set>

namespace dlfix::eval::hebo {
namespace {

/// Rounds of breeding that give nothing new before a generation stays smaller.
constexpr int kMostRounds = 100;

class Population {
 public:
  Population(const Nsga2Options& options, RandomStream& random)
      : options_(options), random_(random) {}

  void add(const std::vector<Point>& points, const EvaluatePoints& evaluate);
  void select();
  std::vector<Point> breed(const std::vector<Gene>& genes);
  std::vector<Individual> front() const;

 private:
  std::size_t parent();
  void describe();

  const Nsga2Options& options_;
  RandomStream& random_;
  std::vector<Point> points_;
  std::vector<Objectives> objectives_;
  std::vector<std::size_t> ranks_;
  std::vector<double> distances_;
};

void Population::describe() {
  ranks_ = domination_ranks(objectives_);
  distances_ = crowding_distances(objectives_, ranks_);
}

void Population::add(const std::vector<Point>& points, const EvaluatePoints& evaluate) {
  const std::vector<Objectives> objectives = evaluate(points);
  points_.insert(points_.end(), points.begin(), points.end());
  objectives_.insert(objectives_.end(), objectives.begin(), objectives.end());
}

void Population::select() {
  std::vector<Point> points;
  std::vector<Objectives> objectives;
  for (const std::size_t i : survivors(objectives_, options_.population)) {
    points.push_back(std::move(points_[i]));
    objectives.push_back(std::move(objectives_[i]));
  }
  points_ = std::move(points);
  objectives_ = std::move(objectives);
  describe();
}

std::size_t Population::parent() {
  const std::size_t a = random_.index(points_.size());
  if (!options_.tournament) return a;
  const std::size_t b = random_.index(points_.size());
  if (dominates(objectives_[a], objectives_[b])) return a;
  if (dominates(objectives_[b], objectives_[a])) return b;
  if (distances_[a] != distances_[b]) return distances_[a] > distances_[b] ? a : b;
  return random_.uniform() < 0.5 ? a : b;
}

std::vector<Point> Population::breed(const std::vector<Gene>& genes) {
  std::set<Point> known(points_.begin(), points_.end());
  std::vector<Point> children;
  const auto keep = [&](Point child) {
    if (children.size() < options_.population && known.insert(child).second) {
      children.push_back(std::move(child));
    }
  };
  int idle = 0;
  while (children.size() < options_.population && idle < kMostRounds) {
    const std::size_t before = children.size();
    const std::size_t mother = parent();
    const std::size_t father = parent();
    auto [first, second] =
        offspring(genes, points_[mother], points_[father], options_.variation, random_);
    keep(std::move(first));
    keep(std::move(second));
    idle = children.size() == before ? idle + 1 : 0;
  }
  return children;
}

std::vector<Individual> Population::front() const {
  std::vector<Individual> best;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (ranks_[i] == 0) best.push_back({points_[i], objectives_[i]});
  }
  return best;
}

}  // namespace

std::vector<Individual> evolve(const std::vector<Gene>& genes, const std::vector<Point>& initial,
                               const EvaluatePoints& evaluate, const Nsga2Options& options,
                               RandomStream& random) {
  Population population(options, random);
  population.add(initial, evaluate);
  population.select();
  for (int generation = 1; generation < options.generations; ++generation) {
    const std::vector<Point> children = population.breed(genes);
    if (children.empty()) break;
    population.add(children, evaluate);
    population.select();
  }
  return population.front();
}

}  // namespace dlfix::eval::hebo
