// A trainer whose results follow a formula: fast, deterministic, and with a known best setting.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "trainer/spec/training.h"
#include "trainer/spec/work.h"

namespace dlfix::agent {

/// Accuracy that a request reaches on average.
using Response = std::function<double(const trainer::TrainingRequest&)>;

/// Thrown in place of a kill between two trainings.
struct Killed : std::runtime_error {
  Killed() : std::runtime_error("killed") {}
};

class FakeTrainer : public trainer::Trainer {
 public:
  explicit FakeTrainer(Response response) : response_(std::move(response)) {}

  void train(std::span<const trainer::TrainingRequest> requests,
             const trainer::TrainingCallbacks& callbacks) override {
    largest_batch_ = std::max(largest_batch_, requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (trained_ == dies_after_) throw Killed();
      ++asked_[trainer::training_key(requests[i])];
      ++trained_;
      callbacks.on_result(i, answer(requests[i]));
    }
  }
  std::string device_kind() const override { return "cpu"; }

  int trained() const { return trained_; }
  /// Most requests that came at once.
  std::size_t largest_batch() const { return largest_batch_; }
  void dies_after(int trainings) { dies_after_ = trained_ + trainings; }
  int most_often_asked() const {
    int most = 0;
    for (const auto& [key, times] : asked_) most = std::max(most, times);
    return most;
  }

 private:
  static std::int64_t rows_of(const trainer::RowSet& set) {
    if (set.rows) return static_cast<std::int64_t>(set.rows->size());
    std::int64_t rows = 0;
    for (const auto& part : set.labels) rows += part.shape[0];
    return rows;
  }

  /// A number in [0, 1) from two.
  static double chance(std::uint64_t a, std::uint64_t b) {
    std::uint64_t mixed = a * 0x9E3779B97F4A7C15ULL + b * 0xBF58476D1CE4E5B9ULL + 1;
    mixed ^= mixed >> 29;
    mixed *= 0x94D049BB133111EBULL;
    mixed ^= mixed >> 32;
    return static_cast<double>(mixed >> 11) / 9007199254740992.0;
  }

  /// Accuracy grows evenly from 0. Returns how many epochs are trained; `expected`: what they
  /// reach.
  static std::int64_t pass_milestones(const trainer::TrainingRequest& request, double& expected,
                                      trainer::TrainingResult& result) {
    for (const trainer::Milestone& milestone : request.milestones) {
      const double share = double(milestone.epoch) / double(request.fit.epochs);
      result.at_milestones.push_back(expected * share);
      if (expected * share >= milestone.value) continue;
      result.given_up = true;
      result.work *= share;
      expected *= share;
      return milestone.epoch;
    }
    return request.fit.epochs;
  }

  trainer::TrainingResult answer(const trainer::TrainingRequest& request) const {
    trainer::TrainingResult result;
    result.status = trainer::TrainingStatus::kOk;
    result.device = "cpu";
    result.trainer = "torch fake";
    result.seconds = 0.01;
    result.work = trainer::training_work(request.model, request.fit, rows_of(request.train));
    double expected = response_(request) + 0.01 * (chance(request.seed, 1) - 0.5);
    const std::int64_t epochs = pass_milestones(request, expected, result);
    for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
      const double loss = 1.5 - expected + 1.0 / (1.0 + static_cast<double>(epoch));
      result.epochs.push_back({loss, expected, std::nan(""), std::nan(""), 0.01});
    }
    for (const auto& set : request.evaluate) {
      trainer::EvaluationResult evaluation{set.name, 1.5 - expected, 0, {}, {}, {}};
      const std::int64_t rows = rows_of(set.data);
      for (std::int64_t row = 0; row < rows; ++row) {
        const bool hit = chance(static_cast<std::uint64_t>(row), request.seed) < expected;
        evaluation.row_values.push_back(hit ? 1.0F : 0.0F);
        evaluation.classes.push_back(static_cast<std::int32_t>(hit ? row % 2 : 1 - row % 2));
        evaluation.value += hit ? 1.0 / static_cast<double>(rows) : 0.0;
      }
      result.evaluations.push_back(std::move(evaluation));
    }
    return result;
  }

  Response response_;
  std::map<std::string, int> asked_;
  int trained_ = 0;
  std::size_t largest_batch_ = 0;
  int dies_after_ = -1;
};

}  // namespace dlfix::agent
