// The rules by which the text of an answer becomes findings.
#pragma once

#include <string_view>
#include <vector>

#include "mapping/findings/mapper.h"
#include "mapping/findings/specificity.h"
#include "mapping/findings/type_scores.h"

namespace dlfix::mapping {

class FindingRules {
 public:
  /// The type that the cues speak for most, and its partner where one answer names both ("more
  /// layers or neurons"). Empty: praise, or nothing that the catalogue knows.
  std::vector<Finding> findings(std::string_view text, const trainer::ModelSpec& model) const;

  /// Layers, specificity and value for a type that is known already. No cues, confidence 0.
  Finding describe(std::string_view text, const std::vector<Word>& words, const FaultType& type,
                   const trainer::ModelSpec& model) const;

 private:
  void add_partner(std::string_view text, const std::vector<Word>& words,
                   const trainer::ModelSpec& model, std::vector<Finding>& findings) const;

  TypeScorer scorer_;
  SpecificityJudge judge_;
  Signs layers_and_neurons_{"layers_and_neurons"};
};

}  // namespace dlfix::mapping
