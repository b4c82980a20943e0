// Agreement as a JSON document and as text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "eval/agreement/agreement.h"

namespace dlfix::eval {

/// Which answers the headline figures are over.
enum class Protocol {
  kAll,    ///< every answer of the file
  kFolds,  ///< those of faults that no rule was written looking at; the others are shown beside
};

struct AgreementReport {
  std::string mapper;
  Protocol protocol = Protocol::kAll;
  Agreement headline;
  Agreement all;
  std::vector<std::pair<std::string, Agreement>> folds;  ///< kFolds: "1" ... "5", "not listed"
  std::vector<Comparison> disagreements;   ///< the fifty worst of the headline's answers
  std::vector<Comparison> contradictions;  ///< labels of which no cue is in their own text
  double milliseconds_per_reply = 0;
};

/// Maps and measures. `milliseconds_per_reply` counts a reply as the answers that share one.
AgreementReport make_agreement_report(const std::vector<GoldAnswer>& gold,
                                      mapping::AnswerMapper& mapper, Protocol protocol);

/// micro_f1, macro_f1, types, faults, layer_accuracy, specific_accuracy, nef_recall, confusion,
/// disagreements, contradictions, folds, all, baseline.
nlohmann::json to_json(const AgreementReport& report);

/// The same to read: a table of figures, the confusion of types, the disagreements.
std::string to_text(const AgreementReport& report);

}  // namespace dlfix::eval
