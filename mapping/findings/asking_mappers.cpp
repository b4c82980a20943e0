// The mappers that ask a model: `llm` and `hybrid`.
#include <algorithm>

#include "mapping/findings/classification.h"
#include "mapping/findings/mapper.h"
#include "mapping/findings/rules.h"

namespace dlfix::mapping {
namespace {

constexpr double kModelConfidence = 0.9;

class AskingMapper : public AnswerMapper {
 public:
  /// Answers that the rules are surer of than `sure` are not asked for; below 0: all are.
  AskingMapper(std::string name, AskModel ask, double sure)
      : name_(std::move(name)), ask_(std::move(ask)), sure_(sure) {}

  std::string name() const override { return name_; }

  std::vector<MappedAnswer> map(const std::vector<Answer>& answers,
                                const trainer::ModelSpec& model) override {
    std::vector<MappedAnswer> mapped;
    std::vector<std::size_t> open;
    std::vector<Answer> asked;
    for (const auto& answer : answers) {
      mapped.push_back({answer, rules_.findings(answer.text, model), "rules"});
      if (is_sure(mapped.back())) continue;
      open.push_back(mapped.size() - 1);
      asked.push_back(answer);
    }
    if (asked.empty()) return mapped;
    for (const auto& [index, codes] :
         read_classification(ask_(classification_prompt(asked)), asked.size())) {
      replace(mapped[open[index]], codes, model);
    }
    return mapped;
  }

 private:
  bool is_sure(const MappedAnswer& answer) const {
    return sure_ >= 0 && !answer.findings.empty() && answer.findings.front().confidence >= sure_;
  }

  void replace(MappedAnswer& answer, const std::vector<std::string>& codes,
               const trainer::ModelSpec& model) const {
    const auto words = words_of(answer.answer.text);
    std::vector<Finding> findings;
    for (const auto& code : codes) {
      Finding finding = rules_.describe(answer.answer.text, words, *find_fault_type(code), model);
      finding.confidence = kModelConfidence;
      finding.cues = {"classified by the model"};
      findings.push_back(std::move(finding));
    }
    answer.findings = std::move(findings);
    answer.mapper = "llm";
  }

  std::string name_;
  AskModel ask_;
  double sure_;
  FindingRules rules_;
};

}  // namespace

std::unique_ptr<AnswerMapper> make_llm_mapper(AskModel ask) {
  return std::make_unique<AskingMapper>("llm", std::move(ask), -1);
}

std::unique_ptr<AnswerMapper> make_hybrid_mapper(AskModel ask, double sure) {
  return std::make_unique<AskingMapper>("hybrid", std::move(ask), sure);
}

}  // namespace dlfix::mapping
