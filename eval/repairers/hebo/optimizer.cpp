#include "eval/repairers/hebo/optimizer.h"

#include <algorithm>
#include <cmath>

#include "eval/repairers/hebo/acquisition.h"
#include "eval/repairers/hebo/batch_choice.h"
#include "eval/repairers/hebo/power_transform.h"
#include "eval/statistics/normal_draw.h"

namespace dlfix::eval::hebo {
namespace {

constexpr std::size_t kLeastInitial = 2;
constexpr int kTopUps = 4;
constexpr int kMostRefusedPoints = 1000;
/// Streams of one seed.
constexpr std::uint64_t kFirstCall = 1;
constexpr std::uint64_t kPopulationSeed = 0x5eed;

std::vector<Gene> genes_of(const DesignSpace& space, bool integer_categories) {
  std::vector<Gene> genes;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const bool categorical = i >= space.numbers() && !integer_categories;
    const GeneType type = categorical         ? GeneType::kCategory
                          : space.discrete(i) ? GeneType::kInteger
                                              : GeneType::kReal;
    genes.push_back({type, space.low(i), space.high(i)});
  }
  return genes;
}

}  // namespace

Optimizer::Optimizer(std::vector<Parameter> parameters, const OptimizerOptions& options)
    : space_(std::move(parameters)),
      options_(options),
      layout_(layout_of(space_)),
      genes_(genes_of(space_, options.integer_categories)),
      sobol_(space_.size(), options.scramble, options.seed) {
  if (options_.initial == 0) options_.initial = space_.size() + 1;
  options_.initial = std::max(options_.initial, kLeastInitial);
}

void Optimizer::observe(const Point& values, double y) {
  if (!std::isfinite(y)) return;
  designs_.push_back(space_.to_design(values));
  values_seen_.insert(space_.to_values(designs_.back()));
  values_.push_back(y);
}

std::vector<Point> Optimizer::design(std::size_t count, const Allowed& allowed) {
  std::vector<Point> points;
  for (int refused = 0; points.size() < count && refused < kMostRefusedPoints;) {
    Point values = space_.to_values(space_.scaled(sobol_.next()));
    if (allowed && !allowed(values)) {
      ++refused;
      continue;
    }
    refused = 0;
    points.push_back(std::move(values));
  }
  return points;
}

std::optional<GaussianProcess> Optimizer::fit_model(RandomStream& random) const {
  const Inputs inputs = inputs_of(space_, layout_, designs_);
  const std::vector<double> transformed = normal_like(values_);
  GpFitOptions fit = options_.fit;
  if (options_.full_effort > 0 && values_.size() > options_.full_effort) {
    const double share =
        static_cast<double>(options_.full_effort) / static_cast<double>(values_.size());
    fit.restarts = std::max(1, static_cast<int>(fit.restarts * share * share * share));
  }
  auto process = GaussianProcess::fit(layout_, inputs, transformed, fit, random);
  if (process || transformed == values_) return process;
  return GaussianProcess::fit(layout_, inputs, values_, fit, random);
}

std::size_t Optimizer::best_row() const {
  return static_cast<std::size_t>(std::ranges::min_element(values_) - values_.begin());
}

std::vector<Point> Optimizer::initial_population() {
  std::vector<Point> population{designs_[best_row()]};
  Sobol fresh(space_.size(), true, RandomStream(options_.seed ^ kPopulationSeed, calls_).next());
  while (population.size() < options_.evolution.population) {
    population.push_back(space_.scaled(fresh.next()));
  }
  return population;
}

std::vector<Point> Optimizer::pareto_front(const GaussianProcess& process, std::size_t count,
                                           RandomStream& random) {
  MaceOptions acquisition;
  acquisition.kappa = confidence_factor(space_.size(), values_.size(), count);
  acquisition.continuous_tail = options_.continuous_tail;
  acquisition.incumbent =
      process.predict(inputs_of(space_, layout_, {designs_[best_row()]})).mean(0);
  const auto evaluate = [&](const std::vector<Point>& points) {
    const Prediction prediction = process.predict(inputs_of(space_, layout_, points));
    std::vector<Objectives> objectives;
    for (Eigen::Index i = 0; i < prediction.mean.size(); ++i) {
      Belief belief{prediction.mean(i), prediction.variance(i), process.noise()};
      belief.draw_lcb = draw_normal(random);
      belief.draw_improvement = draw_normal(random);
      const auto values = mace(belief, acquisition);
      objectives.emplace_back(values.begin(), values.end());
    }
    return objectives;
  };
  std::vector<Point> front;
  for (Individual& individual :
       evolve(genes_, initial_population(), evaluate, options_.evolution, random)) {
    front.push_back(std::move(individual.point));
  }
  return front;
}

std::vector<Point> Optimizer::unseen(const std::vector<Point>& designs,
                                     const Allowed& allowed) const {
  std::vector<Point> fresh;
  std::set<Point> known = values_seen_;
  for (const Point& design : designs) {
    Point values = space_.to_values(design);
    if (!known.insert(values).second || (allowed && !allowed(values))) continue;
    fresh.push_back(std::move(values));
  }
  return fresh;
}

void Optimizer::top_up(std::vector<Point>& candidates, std::size_t count, const Allowed& allowed) {
  std::set<Point> known = values_seen_;
  known.insert(candidates.begin(), candidates.end());
  for (int attempt = 0; attempt < kTopUps && candidates.size() < count; ++attempt) {
    for (Point& values : design(count - candidates.size(), allowed)) {
      if (known.insert(values).second) candidates.push_back(std::move(values));
    }
  }
  if (candidates.size() >= count) return;
  for (Point& values : design(count - candidates.size(), allowed)) {
    candidates.push_back(std::move(values));
  }
}

std::vector<Point> Optimizer::choose(const GaussianProcess& process,
                                     const std::vector<Point>& candidates, std::size_t count,
                                     RandomStream& random) const {
  std::vector<Point> designs;
  for (const Point& values : candidates) designs.push_back(space_.to_design(values));
  const Prediction prediction = process.predict(inputs_of(space_, layout_, designs));
  std::vector<Point> points;
  for (const std::size_t index :
       choose_batch(prediction.mean, prediction.variance, count, random)) {
    points.push_back(candidates[index]);
  }
  return points;
}

std::vector<Point> Optimizer::suggest(std::size_t count, const Allowed& allowed) {
  RandomStream random(options_.seed, kFirstCall + calls_++);
  if (!ready()) return design(count, allowed);
  const auto process = fit_model(random);
  if (!process) return design(count, allowed);
  std::vector<Point> candidates = unseen(pareto_front(*process, count, random), allowed);
  top_up(candidates, count, allowed);
  return choose(*process, candidates, count, random);
}

}  // namespace dlfix::eval::hebo
