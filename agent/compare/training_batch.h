// Trainings that several parts of a comparison ask for together.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "agent/workflows/bench.h"

namespace dlfix::agent {

class TrainingBatch {
 public:
  /// Returns the place of its result.
  std::size_t add(trainer::TrainingRequest request) {
    requests_.push_back(std::move(request));
    return requests_.size() - 1;
  }
  /// Errors: as Bench::train().
  void train(Bench& bench) { results_ = bench.train(requests_); }
  /// Nothing where Ctrl-C came first.
  const std::optional<trainer::TrainingResult>& result(std::size_t place) const {
    return results_.at(place);
  }
  bool complete() const {
    return std::ranges::all_of(results_, [](const auto& result) { return result.has_value(); });
  }
  std::size_t size() const { return requests_.size(); }

 private:
  std::vector<trainer::TrainingRequest> requests_;
  std::vector<std::optional<trainer::TrainingResult>> results_;
};

}  // namespace dlfix::agent
