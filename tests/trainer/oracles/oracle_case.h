// Cases measured in Keras (make_fixtures.py) and the same cases in the engine.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "trainer/torch/group.h"

namespace dlfix::trainer::testing {

/// The entries of fixtures/NAME.json.
nlohmann::json read_fixture(const std::string& name);

/// What one case gives in the engine: the fields of a fixture's outcome, as flat lists.
struct CaseOutcome {
  std::string crash;    ///< the reason, when the engine says that Keras would raise
  std::string refusal;  ///< the reason, when the engine does not have something
  std::vector<double> output;
  std::vector<double> losses;
  std::vector<std::vector<double>> gradients;  ///< per trainable weight
  std::vector<std::vector<double>> after;      ///< per weight, moving statistics too
  std::map<std::string, std::vector<double>> metrics;
};

/// Runs a case under a profile, as the second of two replicas; the first has other weights.
CaseOutcome run_case(const nlohmann::json& entry, const nlohmann::json& outcome,
                     const std::string& profile);

/// Numbers of a fixture; "nan", "inf" and "-inf" as such.
std::vector<double> numbers_of(const nlohmann::json& list);

}  // namespace dlfix::trainer::testing
