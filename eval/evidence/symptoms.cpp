#include "eval/evidence/symptoms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

using trainer::TrainingResult;

constexpr double kFlat = 0.01;
constexpr double kImproving = 0.01;
constexpr double kSwing = 0.03;
constexpr double kSwingShare = 0.2;
constexpr double kGap = 0.1;
constexpr double kNoGradient = 1e-12;

std::vector<double> losses_of(const TrainingResult& result) {
  std::vector<double> losses;
  for (const auto& epoch : result.epochs) losses.push_back(epoch.loss);
  return losses;
}

bool is_nan(const TrainingResult& result) {
  return result.status == trainer::TrainingStatus::kNan ||
         std::any_of(result.epochs.begin(), result.epochs.end(),
                     [](const auto& epoch) { return !std::isfinite(epoch.loss); });
}

bool is_flat(const TrainingResult& result) {
  const auto losses = losses_of(result);
  if (losses.size() < 2 || is_nan(result)) return false;
  const auto [low, high] = std::minmax_element(losses.begin(), losses.end());
  return *high - *low < kFlat * std::max(1e-12, std::abs(losses.front()));
}

bool is_improving(const TrainingResult& result) {
  const auto losses = losses_of(result);
  if (losses.empty() || is_nan(result) || is_flat(result)) return false;
  if (losses.size() == 1) return true;
  const std::size_t last_fifth = std::max<std::size_t>(1, losses.size() / 5);
  const double before = losses[losses.size() - 1 - last_fifth];
  return before - losses.back() >= kImproving * std::abs(before);
}

bool is_oscillating(const TrainingResult& result) {
  const auto losses = losses_of(result);
  if (losses.size() < 5 || is_nan(result)) return false;
  const double size = std::max(1e-12, std::abs(median(losses)));
  double swings = 0;
  for (std::size_t i = 2; i < losses.size(); ++i) {
    const double before = losses[i - 1] - losses[i - 2];
    const double after = losses[i] - losses[i - 1];
    const bool turned = before * after < 0;
    if (turned && std::min(std::abs(before), std::abs(after)) >= kSwing * size) swings += 1;
  }
  return swings >= kSwingShare * static_cast<double>(losses.size());
}

bool validation_rose(const TrainingResult& result) {
  double lowest = INFINITY;
  for (const auto& epoch : result.epochs) {
    if (std::isfinite(epoch.val_loss)) lowest = std::min(lowest, epoch.val_loss);
  }
  const double last = result.epochs.empty() ? NAN : result.epochs.back().val_loss;
  return std::isfinite(lowest) && std::isfinite(last) && last > 1.1 * lowest && lowest > 0;
}

bool overfits(const SymptomInput& input, const TrainingResult& result, std::size_t seed) {
  if (result.epochs.empty() || is_nan(result)) return false;
  const double trained = result.epochs.back().metric;
  const double unseen = seed < input.values.size() ? input.values[seed] : NAN;
  if (std::isfinite(trained) && std::isfinite(unseen)) {
    if (input.higher_is_better && trained - unseen > kGap) return true;
    if (!input.higher_is_better && unseen > 1.5 * trained && trained >= 0) return true;
  }
  return validation_rose(result);
}

bool has_dead_layer(const TrainingResult& result) {
  return std::any_of(result.symptoms.begin(), result.symptoms.end(),
                     [](const auto& layer) { return layer.dead_share > 0.5; });
}

bool has_no_gradient(const TrainingResult& result) {
  return std::any_of(result.symptoms.begin(), result.symptoms.end(),
                     [](const auto& layer) { return layer.gradient_norm < kNoGradient; });
}

template <typename Rule>
bool in_most(std::span<const TrainingResult> results, Rule rule) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < results.size(); ++i) count += rule(results[i], i) ? 1 : 0;
  return 2 * count > results.size();
}

bool at_baseline(const SymptomInput& input) {
  const double value = mean(input.values);
  if (!std::isfinite(input.baseline.value)) return false;
  if (!std::isfinite(value)) return true;
  const double gain =
      input.higher_is_better ? value - input.baseline.value : input.baseline.value - value;
  const double noise = input.higher_is_better
                           ? std::max(0.02, 2 * input.baseline.noise)
                           : std::max(0.05 * std::abs(input.baseline.value), input.baseline.noise);
  return gain <= noise;
}

void describe(const SymptomInput& input, Symptoms& symptoms) {
  const auto say = [&](bool holds, std::string sentence) {
    if (holds) symptoms.sentences.push_back(std::move(sentence));
  };
  const std::size_t epochs = input.results.empty() ? 0 : input.results[0].epochs.size();
  say(symptoms.loss_is_nan, "The training loss becomes NaN or infinite.");
  say(symptoms.loss_flat, "The training loss hardly moves from its first value.");
  say(symptoms.at_baseline,
      fmt::format("{} is {:.4g}, no better than a predictor that ignores its inputs ({}).",
                  input.metric, mean(input.values), input.baseline.sentence));
  say(symptoms.still_improving, epochs == 1
                                    ? "There is one epoch only: training ends before it can settle."
                                    : "The training loss is still falling in the last epochs.");
  say(symptoms.overfitting, "Results on the training rows are much better than on unseen rows.");
  say(symptoms.oscillating, "The training loss swings up and down between epochs.");
  say(symptoms.dead_units, "In at least one layer most units give the same output for every row.");
  say(symptoms.zero_gradient, "At least one layer receives no gradient at the first step.");
  say(symptoms.inputs_unscaled, "Inputs have values far from zero and were not scaled.");
}

}  // namespace

Symptoms find_symptoms(const SymptomInput& input) {
  const auto& results = input.results;
  const auto without_seed = [](auto rule) {
    return [rule](const TrainingResult& result, std::size_t) { return rule(result); };
  };
  Symptoms symptoms;
  symptoms.loss_is_nan = std::any_of(results.begin(), results.end(), is_nan);
  symptoms.loss_flat = in_most(results, without_seed(is_flat));
  symptoms.at_baseline = at_baseline(input);
  const bool perfect = input.higher_is_better && mean(input.values) >= 0.9995;
  symptoms.still_improving = !perfect && in_most(results, without_seed(is_improving));
  symptoms.oscillating = in_most(results, without_seed(is_oscillating));
  symptoms.overfitting = in_most(results, [&](const TrainingResult& result, std::size_t seed) {
    return overfits(input, result, seed);
  });
  symptoms.dead_units = in_most(results, without_seed(has_dead_layer));
  symptoms.zero_gradient = in_most(results, without_seed(has_no_gradient));
  symptoms.inputs_unscaled = input.inputs_unscaled;
  describe(input, symptoms);
  return symptoms;
}

}  // namespace dlfix::eval
