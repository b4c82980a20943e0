// Does our trainer land where Keras landed? Compares retrained configurations with the study's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "eval/fidelity/sampling.h"

namespace dlfix::eval {

/// Our trainings of one sampled configuration.
struct Retrained {
  SampledConfig sampled;
  std::vector<double>
      ours;              ///< metric per seed, on the rows that the Keras values are of; NaN: none
  bool crashed = false;  ///< a training raised, or the configuration fits no model at all
  std::string reason;    ///< of a crash
};

struct ConfigFidelity {
  Retrained trained;
  double keras_mean = 0;  ///< NaN: no value
  double our_mean = 0;    ///< over the seeds that gave a number; NaN: none did
  bool in_range = false;  ///< kRange alone
  double rank = 0;        ///< kRank alone: in [0, 1), ties split at random
  bool crash_agrees = true;
};

struct SubjectFidelity {
  std::string subject;
  std::string data_kind;  ///< of the manifest: exact, close, sample, stand-in
  std::string metric;
  double constant = 0;        ///< metric of the best constant guess
  double constant_share = 0;  ///< of the configurations with values, near the constant guess
  int range_configs = 0, rank_configs = 0, outcome_configs = 0;
  double in_range_share = 1;   ///< of range_configs; 1 when there are none
  double rank_p = 1;           ///< Kolmogorov-Smirnov against uniform
  double crash_agreement = 1;  ///< over all configurations
  /// Ours minus Keras's, over configurations with values that have not diverged on either side (an
  /// error above a hundred times the constant guess's has).
  double mean_difference = 0;
  double worst_difference = 0;
  std::vector<ConfigFidelity> configs;
};

struct FidelityReport {
  int seeds = 0;
  std::vector<SubjectFidelity> subjects;
  double in_range_share = 1;   ///< over all range configurations
  double crash_agreement = 1;  ///< over all configurations
};

/// The allowance on both sides of the range of Keras's values: 0.02, and 5 % of the value for
/// errors (mae).
double range_margin(const std::string& metric, double value);

/// Fills everything but subject, data_kind and metric, which it takes from `about`. `seed` splits
/// ties.
SubjectFidelity judge_fidelity(SubjectFidelity about, std::vector<Retrained> retrained,
                               std::uint64_t seed);

/// Sums the subjects up.
FidelityReport make_fidelity_report(std::vector<SubjectFidelity> subjects, int seeds);

std::string to_text(const FidelityReport& report);
nlohmann::json to_json(const FidelityReport& report);
/// A page-wide plot, one panel a subject: our mean over Keras's value. Complete SVG.
std::string to_svg(const FidelityReport& report);

}  // namespace dlfix::eval
