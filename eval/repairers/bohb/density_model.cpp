#include "eval/repairers/bohb/density_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/repairers/bohb/imputation.h"
#include "eval/statistics/normal_draw.h"

namespace dlfix::eval::bohb {
namespace {

constexpr double kLeastDensity = 1e-32;

/// From the normal distribution cut to [0, 1]; `mean` lies inside, so that a draw is rarely lost.
double draw_inside(double mean, double deviation, RandomStream& random) {
  while (true) {
    const double value = mean + deviation * draw_normal(random);
    if (value >= 0 && value <= 1) return value;
  }
}

}  // namespace

DensityModel::DensityModel(std::vector<Coordinate> coordinates, const ModelOptions& options)
    : coordinates_(std::move(coordinates)), options_(options) {
  options_.min_points = std::max(options_.min_points, coordinates_.size() + 1);
}

void DensityModel::add(double budget, const Point& point, double loss, RandomStream& random) {
  if (!models_.empty() && budget < model_budget()) return;
  results_[budget].push_back(
      {point, std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity()});
  refit(budget, random);
}

void DensityModel::refit(double budget, RandomStream& random) {
  std::vector<Result> sorted = results_[budget];
  const std::size_t count = sorted.size();
  if (count < options_.min_points) return;
  const auto top = static_cast<std::size_t>(options_.top_percent);
  const std::size_t good_count = std::max(options_.min_points, top * count / 100);
  const std::size_t bad_count = std::max(options_.min_points, (100 - top) * count / 100);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Result& a, const Result& b) { return a.loss < b.loss; });
  std::vector<Point> good;
  std::vector<Point> bad;
  for (const Result& result : sorted) {
    if (good.size() < good_count) {
      good.push_back(result.point);
    } else if (bad.size() < bad_count) {
      bad.push_back(result.point);
    }
  }
  if (good.size() <= coordinates_.size() || bad.size() <= coordinates_.size()) return;
  impute(coordinates_, good, random);
  impute(coordinates_, bad, random);
  models_.insert_or_assign(budget, Densities{Kde(coordinates_, std::move(good), options_.kde),
                                             Kde(coordinates_, std::move(bad), options_.kde)});
}

Point DensityModel::candidate_near(const Point& centre, RandomStream& random) const {
  Point candidate;
  for (std::size_t j = 0; j < coordinates_.size(); ++j) {
    const double bandwidth = good().bandwidths()[j];
    if (coordinates_[j].continuous()) {
      candidate.push_back(draw_inside(centre[j], options_.bandwidth_factor * bandwidth, random));
    } else {
      const bool keep = random.uniform() < 1 - bandwidth;
      candidate.push_back(keep ? centre[j] : draw_coordinate(coordinates_[j], random));
    }
  }
  return candidate;
}

std::optional<Point> DensityModel::best_candidate(RandomStream& random) const {
  std::optional<Point> best;
  double best_score = std::numeric_limits<double>::infinity();
  for (int i = 0; i < options_.samples; ++i) {
    const auto& centres = good().points();
    Point candidate = candidate_near(centres[random.index(centres.size())], random);
    const double in_good = good().density(candidate);
    const double score =
        std::max(bad().density(candidate), kLeastDensity) / std::max(in_good, kLeastDensity);
    if (!std::isfinite(score)) {
      // Infinitely bad, or a density without a value: the published code takes the first kind.
      if (std::isfinite(in_good)) return candidate;
      continue;
    }
    if (score < best_score) {
      best_score = score;
      best = std::move(candidate);
    }
  }
  return best;
}

Proposal DensityModel::propose(RandomStream& random) const {
  if (ready() && random.uniform() >= options_.random_fraction) {
    if (auto point = best_candidate(random)) return {std::move(*point), true};
  }
  return {draw_point(coordinates_, random), false};
}

}  // namespace dlfix::eval::bohb
