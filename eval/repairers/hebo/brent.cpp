#include "eval/repairers/hebo/brent.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace dlfix::eval::hebo {
namespace {

constexpr double kGoldenGrowth = 1.618034;
constexpr double kGoldenShare = 0.3819660;
constexpr int kMostExpansions = 60;
constexpr int kMostSteps = 200;
constexpr double kTolerance = 1.48e-8;
constexpr double kTiny = 1e-11;

using ScalarFunction = std::function<double(double)>;

struct Best {
  double x;
  double value;
};

/// Brent's state: the best point, the second best, the one before that, and the interval.
struct BrentSearch {
  double low;
  double high;
  Best best;
  Best second;
  Best third;
  double step = 0;
  double step_before = 0;

  /// Vertex of the parabola through the three points; false where it is not to be trusted.
  bool parabolic(double tolerance) {
    const double r = (best.x - second.x) * (best.value - third.value);
    double q = (best.x - third.x) * (best.value - second.value);
    double p = (best.x - third.x) * q - (best.x - second.x) * r;
    q = 2 * (q - r);
    if (q > 0) p = -p;
    q = std::abs(q);
    const double last = std::exchange(step_before, step);
    const bool inside = p > q * (low - best.x) && p < q * (high - best.x);
    if (!(std::abs(p) < std::abs(0.5 * q * last)) || !inside) return false;
    step = p / q;
    const double x = best.x + step;
    if (x - low < 2 * tolerance || high - x < 2 * tolerance) {
      step = best.x < (low + high) / 2 ? tolerance : -tolerance;
    }
    return true;
  }

  void golden() {
    step_before = (best.x >= (low + high) / 2 ? low : high) - best.x;
    step = kGoldenShare * step_before;
  }

  void take(Best next) {
    if (next.value <= best.value) {
      (next.x >= best.x ? low : high) = best.x;
      third = std::exchange(second, std::exchange(best, next));
      return;
    }
    (next.x < best.x ? low : high) = next.x;
    if (next.value <= second.value || second.x == best.x) {
      third = std::exchange(second, next);
    } else if (next.value <= third.value || third.x == best.x || third.x == second.x) {
      third = next;
    }
  }
};

double brent(const ScalarFunction& function, double low, double middle, double high) {
  const Best start{middle, function(middle)};
  BrentSearch search{std::min(low, high), std::max(low, high), start, start, start};
  for (int i = 0; i < kMostSteps; ++i) {
    const double centre = (search.low + search.high) / 2;
    const double tolerance = kTolerance * std::abs(search.best.x) + kTiny;
    if (std::abs(search.best.x - centre) <= 2 * tolerance - (search.high - search.low) / 2) break;
    if (std::abs(search.step_before) <= tolerance || !search.parabolic(tolerance)) search.golden();
    const double step =
        std::abs(search.step) >= tolerance ? search.step : std::copysign(tolerance, search.step);
    const double x = search.best.x + step;
    search.take({x, function(x)});
  }
  return search.best.x;
}

}  // namespace

double minimise_scalar(const ScalarFunction& function, double a, double b) {
  const ScalarFunction safe = [&](double x) {
    const double value = function(x);
    return std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  };
  Best from{a, safe(a)};
  Best to{b, safe(b)};
  if (to.value > from.value) std::swap(from, to);
  Best beyond{to.x + kGoldenGrowth * (to.x - from.x), 0};
  beyond.value = safe(beyond.x);
  for (int i = 0; i < kMostExpansions && beyond.value < to.value; ++i) {
    from = std::exchange(to, beyond);
    beyond.x = to.x + kGoldenGrowth * (to.x - from.x);
    beyond.value = safe(beyond.x);
  }
  return brent(safe, from.x, to.x, beyond.x);
}

}  // namespace dlfix::eval::hebo
