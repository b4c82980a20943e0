#include "eval/localisers/deepfd/monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr double kVanishingRatio = 1e-3, kVanishingNorm = 1e-4, kExplodingRatio = 70;
constexpr double kDeadShare = 0.7;
constexpr double kSwing = 0.03, kSwingShare = 0.2;
constexpr double kLeastGain = 0.01;
constexpr double kLeastAccuracy = 0.6;
constexpr double kLargeWeight = 5;
constexpr double kJudgedFrom = 0.3;
constexpr double kNoise = 1e-2;
constexpr double kLostTest = 1e5;
constexpr double kGoodAccuracy = 0.9, kGap = 0.10, kGapOfGood = 0.07;

enum Column : std::size_t {
  kNotConverge,
  kUnstableLoss,
  kNanLoss,
  kTestNotWell,
  kTestTurnBad,
  kScAccuracy,
  kDiedRelu,
  kVanishGradient,
  kExplodeGradient,
  kNanGradient,
  kLargeWeights,
  kNanWeight,
  kWeightChangeLittle,
  kDecreaseAcc,
  kIncreaseLoss,
  kConsMeanWeight,
  kConsStdWeight,
  kNanAcc,
  kLoss,
  kAcc,
  kValLoss,
  kValAcc,
};

using Member = std::optional<double> HistoryRecord::*;

class Monitor {
 public:
  Monitor(const MonitoredRun& run, const DeepFdQuirks& quirks) : run_(run), quirks_(quirks) {}

  std::vector<MonitorRow> rows() {
    std::vector<MonitorRow> rows;
    for (const MonitorCheck& check : run_.checks) {
      if (quirks_.batch_checks_only && check.after_epoch) continue;
      seen_.clear();
      for (std::size_t i = 0; i < check.records && i < run_.history.size(); ++i) {
        // Epochs alone at their own checks.
        if (!check.after_epoch || run_.history[i].after_epoch) seen_.push_back(run_.history[i]);
      }
      look_at_gradients(check.gradients);
      look_at_weights(check.weights);
      look_at_history();
      rows.push_back(row_);
    }
    return rows;
  }

 private:
  // gradients -------------------------------------------------------------------------------------

  void look_at_gradients(const std::vector<GradientFacts>& gradients) {
    if (quirks_.paired_gradients && gradients.size() % 2 != 0) {
      throw support::InputError(fmt::format(
          "{} gradients are no pairs of kernel and bias: the tool ends", gradients.size()));
    }
    if (std::ranges::any_of(gradients, &GradientFacts::bad)) {
      row_[kNanGradient] = 1;
      return;
    }
    double zeros = 0;
    double count = 0;
    for (const GradientFacts& gradient : gradients) {
      zeros += gradient.zeros;
      count += gradient.count;
    }
    if (count > 0 && zeros / count >= kDeadShare) ++row_[kDiedRelu];
    const std::vector<double> kernels = kernel_norms(gradients);
    if (kernels.empty()) return;
    const double ratio = kernels.front() / kernels.back();
    if (ratio < kVanishingRatio && kernels.front() < kVanishingNorm) ++row_[kVanishGradient];
    if (ratio > kExplodingRatio) ++row_[kExplodeGradient];
  }

  std::vector<double> kernel_norms(const std::vector<GradientFacts>& gradients) const {
    std::vector<double> norms;
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      const std::string& weight = gradients[i].weight;
      const bool is_kernel = weight.ends_with("kernel") || weight.ends_with("embeddings");
      if (quirks_.paired_gradients ? i % 2 == 0 : is_kernel) norms.push_back(gradients[i].norm);
    }
    return norms;
  }

  // weights ---------------------------------------------------------------------------------------

  static bool is_large(const WeightFacts& weight) {
    // A comparison with NaN is false in the tool; infinite entries are large.
    if (weight.bad) return std::isinf(weight.min) || std::isinf(weight.max);
    return std::max(std::fabs(weight.min), std::fabs(weight.max)) > kLargeWeight;
  }

  void look_at_weights(const std::vector<WeightFacts>& weights) {
    if (std::ranges::any_of(weights, is_large)) ++row_[kLargeWeights];
    if (std::ranges::any_of(weights, &WeightFacts::bad)) {
      row_[kNanWeight] = 1;
      return;
    }
    for (std::size_t i = 0; i < weights.size() && i < before_.size(); ++i) {
      row_[kConsMeanWeight] += weights[i].mean == before_[i].mean ? 1 : 0;
      row_[kConsStdWeight] += weights[i].deviation == before_[i].deviation ? 1 : 0;
    }
    before_ = weights;
  }

  // history ---------------------------------------------------------------------------------------

  std::vector<double> values(Member member) const {
    std::vector<double> result;
    for (const HistoryRecord& record : seen_) {
      if (record.*member) result.push_back(*(record.*member));
    }
    return result;
  }

  // A list that begins without a value counts as one without anything wrong.
  bool has_bad(Member member) const {
    if (seen_.empty() || !(seen_.front().*member)) return false;
    return std::ranges::any_of(seen_, [&](const HistoryRecord& record) {
      return record.*member && !std::isfinite(*(record.*member));
    });
  }

  bool loss_is_lost() const {
    const auto bad = [](const HistoryRecord& record) { return !std::isfinite(record.loss); };
    return std::ranges::any_of(seen_, bad) || has_bad(&HistoryRecord::val_loss) ||
           seen_.back().val_loss.value_or(0) >= kLostTest;
  }

  void look_at_history() {
    if (seen_.empty()) return;
    const HistoryRecord& newest = seen_.back();
    row_[kLoss] = newest.loss;
    row_[kAcc] = newest.acc.value_or(0);
    row_[kValLoss] = newest.val_loss.value_or(0);
    row_[kValAcc] = newest.val_acc.value_or(0);
    if (loss_is_lost()) {
      ++row_[kNanLoss];
      return;
    }
    if (has_bad(&HistoryRecord::acc) || has_bad(&HistoryRecord::val_acc)) {
      ++row_[kNanAcc];
      return;
    }
    if (static_cast<double>(seen_.size()) < kJudgedFrom * static_cast<double>(run_.planned_epochs))
      return;
    judge();
  }

  void judge() {
    const HistoryRecord& newest = seen_.back();
    if (seen_.front().acc && seen_.front().val_acc) {
      const auto acc = values(&HistoryRecord::acc);
      const auto val_acc = values(&HistoryRecord::val_acc);
      const double worse = std::min(std::ranges::max(acc), std::ranges::max(val_acc));
      if (worse < kLeastAccuracy) row_[kNotConverge] = 1;
      if (largest_gain(acc) < kLeastGain && largest_gain(val_acc) < kLeastGain)
        row_[kScAccuracy] = 1;
    }
    if (accuracies_swing(values(&HistoryRecord::acc))) row_[kUnstableLoss] = 1;
    if (newest.acc && newest.val_acc) {
      const double gap = *newest.acc - *newest.val_acc;
      if (gap >= (*newest.acc <= kGoodAccuracy ? kGap : kGapOfGood)) ++row_[kTestNotWell];
    }
    row_[kTestTurnBad] = bad_turns();
    if (seen_.size() < 2) return;
    const HistoryRecord& before = seen_[seen_.size() - 2];
    if (newest.acc && before.acc && *newest.acc < *before.acc) ++row_[kDecreaseAcc];
    if (newest.loss > before.loss) ++row_[kIncreaseLoss];
  }

  static double largest_gain(const std::vector<double>& values) {
    double gain = 0;
    for (std::size_t i = 1; i < values.size(); ++i)
      gain = std::max(gain, values[i] - values[i - 1]);
    return gain;
  }

  // How many pairs, from the newest back, have a falling loss and a rising one of the test.
  double bad_turns() const {
    double streak = 0;
    for (std::size_t i = seen_.size(); i-- > 1;) {
      const HistoryRecord& now = seen_[i];
      const HistoryRecord& before = seen_[i - 1];
      if (!now.val_loss || !before.val_loss) continue;
      const bool bad = now.loss - before.loss<-kNoise&& * now.val_loss - *before.val_loss> kNoise;
      if (!bad) break;
      ++streak;
      if (quirks_.newest_pair_only) break;
    }
    return streak;
  }

  const MonitoredRun& run_;
  const DeepFdQuirks& quirks_;
  MonitorRow row_{};
  std::vector<HistoryRecord> seen_;
  std::vector<WeightFacts> before_;  ///< at the last check whose weights were numbers
};

}  // namespace

const std::array<std::string, kMonitorColumns>& monitor_columns() {
  static const std::array<std::string, kMonitorColumns> names = {"not_converge",
                                                                 "unstable_loss",
                                                                 "nan_loss",
                                                                 "test_not_well",
                                                                 "test_turn_bad",
                                                                 "sc_accuracy",
                                                                 "died_relu",
                                                                 "vanish_gradient",
                                                                 "explode_gradient",
                                                                 "nan_gradient",
                                                                 "large_weight",
                                                                 "nan_weight",
                                                                 "weight_change_little",
                                                                 "decrease_acc",
                                                                 "increase_loss",
                                                                 "cons_mean_weight",
                                                                 "cons_std_weight",
                                                                 "nan_acc",
                                                                 "loss",
                                                                 "acc",
                                                                 "val_loss",
                                                                 "val_acc"};
  return names;
}

bool accuracies_swing(const std::vector<double>& accuracies) {
  std::vector<double> maxima;
  std::vector<double> minima;
  for (std::size_t i = 1; i + 1 < accuracies.size(); ++i) {
    const double before = accuracies[i - 1];
    const double after = accuracies[i + 1];
    if (accuracies[i] >= before && accuracies[i] >= after) maxima.push_back(accuracies[i]);
    if (accuracies[i] <= before && accuracies[i] <= after) minima.push_back(accuracies[i]);
  }
  int wide = 0;
  for (std::size_t k = 0; k < std::min(maxima.size(), minima.size()); ++k) {
    wide += maxima[k] - minima[k] >= kSwing ? 1 : 0;
  }
  // A row of nothing does not swing.
  return !accuracies.empty() && wide >= kSwingShare * static_cast<double>(accuracies.size());
}

std::vector<MonitorRow> monitor_rows(const MonitoredRun& run, const DeepFdQuirks& quirks) {
  return Monitor(run, quirks).rows();
}

}  // namespace dlfix::eval
