#include "eval/repairers/autotrainer/monitor.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dlfix::eval::autotrainer {
namespace {

constexpr double kVanishingRatio = 1e-3;
constexpr double kVanishingNorm = 1e-4;
constexpr double kExplodingRatio = 70;
constexpr double kDeadShare = 0.7;
constexpr double kLeastGain = 0.01;
constexpr double kOscillationHeight = 0.03;
constexpr double kOscillationShare = 0.2;
constexpr double kLargestLoss = 1e5;
constexpr double kJudgedShare = 0.3;

bool old_enough(std::size_t entries, std::int64_t epochs) {
  return static_cast<double>(entries) >= kJudgedShare * static_cast<double>(epochs);
}

std::vector<double> beginning(const std::vector<double>& values, std::size_t count) {
  return {values.begin(),
          values.begin() + static_cast<std::ptrdiff_t>(std::min(count, values.size()))};
}

double highest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::ranges::max_element(values);
}

/// The largest rise from one epoch to the next.
double gain(const std::vector<double>& values) {
  double most = 0;
  for (std::size_t i = 1; i < values.size(); ++i) most = std::max(most, values[i] - values[i - 1]);
  return most;
}

bool has_bad_number(const std::vector<double>& values) {
  return std::ranges::any_of(values, [](double value) { return !std::isfinite(value); });
}

double norm_ratio(const GradientCheck& check) {
  if (check.last_norm != 0) return check.first_norm / check.last_norm;
  return check.first_norm > 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
}

/// Once set, a flag stays set.
struct Flags {
  bool bad_number = false;
  bool bad_loss = false;
  bool vanishing = false;
  bool exploding = false;
  bool dying = false;
  bool inaccurate = false;
  bool slow = false;
  bool unstable = false;

  void see_gradients(const GradientCheck& check);
  void see_history(const History& history, const MonitorOptions& options);
  std::optional<Problem> problem() const;
};

void Flags::see_gradients(const GradientCheck& check) {
  bad_number = bad_number || check.bad_gradient || check.bad_weight;
  if (check.bad_gradient) return;
  const double ratio = norm_ratio(check);
  vanishing = vanishing || (ratio < kVanishingRatio && check.first_norm < kVanishingNorm);
  exploding = exploding || ratio > kExplodingRatio;
  dying = dying || check.zero_share >= kDeadShare;
}

void Flags::see_history(const History& history, const MonitorOptions& options) {
  bad_loss = bad_loss || has_bad_number(history.loss) || has_bad_number(history.validation_loss) ||
             (!history.validation_loss.empty() && history.validation_loss.back() >= kLargestLoss);
  if (bad_loss || !old_enough(history.epochs(), options.epochs)) return;
  inaccurate = inaccurate || highest(history.validation_accuracy) < options.good_accuracy ||
               highest(history.accuracy) < options.good_accuracy;
  slow = slow ||
         (history.epochs() >= options.fewest_for_slow &&
          gain(history.validation_accuracy) < kLeastGain && gain(history.accuracy) < kLeastGain);
  unstable = unstable || oscillates(history.accuracy);
}

/// Of several, one that gradients show; numbers that are none first.
std::optional<Problem> Flags::problem() const {
  if (bad_loss || bad_number) return Problem::kExploding;
  if (inaccurate || slow) {
    if (dying) return Problem::kDying;
    if (exploding) return Problem::kExploding;
    if (vanishing) return Problem::kVanishing;
    if (slow) return Problem::kSlow;
    return std::nullopt;
  }
  return unstable ? std::optional(Problem::kOscillating) : std::nullopt;
}

}  // namespace

std::string_view to_string(Problem problem) {
  switch (problem) {
    case Problem::kVanishing:
      return "vanish";
    case Problem::kExploding:
      return "explode";
    case Problem::kDying:
      return "relu";
    case Problem::kOscillating:
      return "unstable";
    case Problem::kSlow:
      return "not_converge";
  }
  return "";
}

std::int64_t first_judged_epoch(std::int64_t epochs) {
  std::int64_t epoch = 0;
  while (!old_enough(static_cast<std::size_t>(epoch) + 1, epochs)) epoch += kCheckInterval;
  return std::min(epoch, std::max<std::int64_t>(epochs, 1) - 1);
}

bool oscillates(const std::vector<double>& accuracy) {
  std::vector<double> peaks;
  std::vector<double> valleys;
  for (std::size_t i = 1; i + 1 < accuracy.size(); ++i) {
    const double here = accuracy[i];
    if (here >= accuracy[i - 1] && here >= accuracy[i + 1]) peaks.push_back(here);
    if (here <= accuracy[i - 1] && here <= accuracy[i + 1]) valleys.push_back(here);
  }
  std::size_t falls = 0;
  for (std::size_t i = 0; i < std::min(peaks.size(), valleys.size()); ++i) {
    falls += peaks[i] - valleys[i] >= kOscillationHeight;
  }
  return !accuracy.empty() &&
         static_cast<double>(falls) >= kOscillationShare * static_cast<double>(accuracy.size());
}

std::optional<Detection> detect(const History& history, std::span<const GradientCheck> checks,
                                const MonitorOptions& options) {
  Flags flags;
  for (const GradientCheck& check : checks) {
    const auto entries = static_cast<std::size_t>(check.epoch) + 1;
    flags.see_gradients(check);
    flags.see_history({beginning(history.loss, entries), beginning(history.accuracy, entries),
                       beginning(history.validation_loss, entries),
                       beginning(history.validation_accuracy, entries)},
                      options);
    if (const auto problem = flags.problem()) return Detection{check.epoch, *problem};
  }
  return std::nullopt;
}

}  // namespace dlfix::eval::autotrainer
