// What a search had found at each point of its budget, watched from outside: techniques and their
// runner know nothing of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/compare/comparison.h"
#include "eval/repairers/repairer.h"

namespace dlfix::agent {

class SearchTrace {
 public:
  /// Forgets everything; `faulty` is the mean of the program as written on the search rows.
  void begin(double faulty, bool higher_is_better);
  /// A config measured with seeds [first_seed, ...) when so much was spent.
  void record(double cost, const mapping::Config& config, int first_seed,
              const std::vector<double>& values);
  /// Whether values of that config were recorded.
  bool has(const mapping::Config& config) const;

  /// Where the best value changed, and where the search ended.
  std::vector<CurvePoint> curve() const;
  /// The best config by then; empty: none was better than the program.
  mapping::Config best_at(double cost) const;

 private:
  struct Step {
    CurvePoint point;
    mapping::Config best;
  };
  struct Tried {
    mapping::Config config;
    std::vector<double> values;  ///< by seed; NaN: not trained
    double mean() const;
  };
  bool is_better(double value, double than) const;
  const Tried* best() const;

  double faulty_ = 0;
  bool higher_is_better_ = true;
  std::vector<Tried> tried_;
  std::vector<Step> steps_;
  double spent_ = 0;
};

/// The technique itself, watched. `trace` must outlive it.
std::unique_ptr<eval::Repairer> watched(std::unique_ptr<eval::Repairer> technique,
                                        SearchTrace& trace);

}  // namespace dlfix::agent
