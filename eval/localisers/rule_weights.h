// How often the findings of each rule were right, on programs whose faults are known.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "eval/localisers/merged_fault.h"

namespace dlfix::eval {

struct RuleCount {
  int right = 0;  ///< names a fault that the program has
  int said = 0;
};

/// Counts by program group and rule ("neuralint/f004"). A group is a program with all that is made
/// from it, so that what was counted on it can be left out when it is judged.
class RuleWeights {
 public:
  /// Counted on the benchmark and the samples: rule_weights.json, built in.
  static const RuleWeights& shipped();
  /// Errors: InputError naming what is missing.
  static RuleWeights from_json(const nlohmann::json& document);
  nlohmann::json to_json() const;

  void count(const std::string& group, const RuleFinding& finding, bool right);
  RuleWeights without(const std::string& group) const;

  /// Share of right findings of the rule, drawn as by three findings towards the certainty that the
  /// tool itself gives, else towards its tool's share (and that towards one half).
  double of(const RuleFinding& finding) const;
  /// That of its surest finding.
  double score(const MergedFault& fault) const;
  /// Faults below this score are not worth showing: they are wrong more often than right.
  double least_score() const { return least_score_; }

 private:
  RuleCount total(const std::string& key) const;

  std::map<std::string, std::map<std::string, RuleCount>> groups_;
  double least_score_ = 0.5;
};

}  // namespace dlfix::eval
