#include "eval/repairers/hebo/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

namespace dlfix::eval::hebo {
namespace {

using Vector = Eigen::VectorXd;

constexpr double kSufficientDecrease = 1e-3;
constexpr double kCurvature = 0.9;
constexpr int kMostTrialSteps = 20;
constexpr double kExpansion = 2.5;

/// The function along one direction.
struct Probe {
  double step = 0;
  double value = 0;
  double slope = 0;
  Vector x;
  Vector gradient;
};

class LineSearch {
 public:
  LineSearch(const SmoothFunction& function, const Vector& x, const Vector& direction)
      : function_(function), x_(x), direction_(direction) {}

  /// A step that satisfies the strong Wolfe conditions, or at least lowers the value.
  std::optional<Probe> run(const Probe& origin, double first_step);

 private:
  Probe probe(double step) const;
  bool too_high(const Probe& at) const {
    return !(at.value <= origin_.value + kSufficientDecrease * at.step * origin_.slope);
  }
  bool flat(const Probe& at) const { return std::abs(at.slope) <= -kCurvature * origin_.slope; }
  std::optional<Probe> zoom(Probe low, Probe high);

  const SmoothFunction& function_;
  const Vector& x_;
  const Vector& direction_;
  Probe origin_;
  int left_ = kMostTrialSteps;
};

Probe LineSearch::probe(double step) const {
  Probe at;
  at.step = step;
  at.x = x_ + step * direction_;
  at.gradient.resize(x_.size());
  at.value = function_(at.x, at.gradient);
  if (std::isnan(at.value)) at.value = std::numeric_limits<double>::infinity();
  at.slope = std::isfinite(at.value) ? at.gradient.dot(direction_) : 0;
  return at;
}

/// Where a cubic through both ends has its minimum, kept away from the ends.
double between(const Probe& low, const Probe& high) {
  const double width = high.step - low.step;
  const double middle = low.step + width / 2;
  if (!std::isfinite(high.value)) return low.step + 0.1 * width;
  const double bend =
      low.slope + high.slope - 3 * (low.value - high.value) / (low.step - high.step);
  const double root = bend * bend - low.slope * high.slope;
  if (root < 0) return middle;
  const double turn = std::copysign(std::sqrt(root), width);
  const double step =
      high.step - width * (high.slope + turn - bend) / (high.slope - low.slope + 2 * turn);
  const double margin = 0.1 * std::abs(width);
  const double least = std::min(low.step, high.step) + margin;
  const double most = std::max(low.step, high.step) - margin;
  return std::isfinite(step) ? std::clamp(step, least, most) : middle;
}

std::optional<Probe> LineSearch::zoom(Probe low, Probe high) {
  while (left_-- > 0) {
    Probe at = probe(between(low, high));
    if (too_high(at) || at.value >= low.value) {
      high = std::move(at);
      continue;
    }
    if (flat(at)) return at;
    if (at.slope * (high.step - low.step) >= 0) high = std::move(low);
    low = std::move(at);
  }
  if (low.step > 0 && low.value < origin_.value) return low;
  return std::nullopt;
}

std::optional<Probe> LineSearch::run(const Probe& origin, double first_step) {
  origin_ = origin;
  Probe before = origin;
  double step = first_step;
  while (left_-- > 0) {
    Probe at = probe(step);
    if (too_high(at) || (before.step > 0 && at.value >= before.value)) return zoom(before, at);
    if (flat(at)) return at;
    if (at.slope >= 0) return zoom(at, before);
    step = at.step * kExpansion;
    before = std::move(at);
  }
  return before.step > 0 ? std::optional(before) : std::nullopt;
}

/// The last steps and changes of the gradient.
class Memory {
 public:
  explicit Memory(std::size_t most) : most_(most) {}

  void add(Vector step, Vector change) {
    const double product = step.dot(change);
    if (product <= 1e-10 * change.squaredNorm()) return;  // keeps the matrix positive
    if (pairs_.size() == most_) pairs_.pop_front();
    pairs_.push_back({std::move(step), std::move(change), 1 / product});
  }
  bool empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(); }

  /// Minus the approximate inverse Hessian times the gradient.
  Vector direction(const Vector& gradient) const {
    Vector q = gradient;
    std::vector<double> weights(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      weights[i] = pairs_[i].inverse * pairs_[i].step.dot(q);
      q -= weights[i] * pairs_[i].change;
    }
    if (!pairs_.empty()) {
      const Pair& last = pairs_.back();
      q /= last.inverse * last.change.squaredNorm();
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const double back = pairs_[i].inverse * pairs_[i].change.dot(q);
      q += (weights[i] - back) * pairs_[i].step;
    }
    return -q;
  }

 private:
  struct Pair {
    Vector step;
    Vector change;
    double inverse;  ///< 1 / (step . change)
  };
  std::size_t most_;
  std::deque<Pair> pairs_;
};

}  // namespace

Minimum minimise_smooth(const SmoothFunction& function, const Vector& start,
                        const LbfgsOptions& options) {
  Probe now;
  now.x = start;
  now.gradient.resize(start.size());
  now.value = function(start, now.gradient);
  Minimum result{start, now.value, 0};
  if (!std::isfinite(now.value) || !now.gradient.allFinite()) {
    result.value = std::numeric_limits<double>::infinity();
    return result;
  }
  Memory memory(static_cast<std::size_t>(options.memory));
  for (; result.iterations < options.iterations; ++result.iterations) {
    if (now.gradient.lpNorm<Eigen::Infinity>() <= options.gradient_tolerance) break;
    Vector direction = memory.direction(now.gradient);
    now.slope = now.gradient.dot(direction);
    now.step = 0;
    const double first = memory.empty() ? std::min(1.0, 1 / now.gradient.norm()) : 1.0;
    auto next =
        now.slope < 0 ? LineSearch(function, now.x, direction).run(now, first) : std::nullopt;
    if (!next || !next->gradient.allFinite()) {
      if (memory.empty()) break;
      memory.clear();  // once more along the gradient
      continue;
    }
    const double change = now.value - next->value;
    const double scale = std::max({std::abs(now.value), std::abs(next->value), 1.0});
    memory.add(next->x - now.x, next->gradient - now.gradient);
    now = std::move(*next);
    if (change <= options.relative_change * scale) break;
  }
  result.x = now.x;
  result.value = now.value;
  return result;
}

}  // namespace dlfix::eval::hebo
