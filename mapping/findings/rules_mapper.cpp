#include <algorithm>

#include "mapping/findings/layer_mentions.h"
#include "mapping/findings/mapper.h"
#include "mapping/findings/proposed_value.h"
#include "mapping/findings/rules.h"

namespace dlfix::mapping {
namespace {

constexpr double kLeastScore = 1.9;
constexpr double kSureScore = 6;
constexpr std::size_t kMostCues = 4;

double confidence(const TypeScore& best, double second) {
  const double margin = best.score / (best.score + second);
  return std::min(1.0, best.score / kSureScore) * std::min(1.0, margin * 1.25);
}

class RulesMapper : public AnswerMapper {
 public:
  std::string name() const override { return "rules"; }

  std::vector<MappedAnswer> map(const std::vector<Answer>& answers,
                                const trainer::ModelSpec& model) override {
    std::vector<MappedAnswer> mapped;
    mapped.reserve(answers.size());
    for (const auto& answer : answers)
      mapped.push_back({answer, rules_.findings(answer.text, model), name()});
    return mapped;
  }

 private:
  FindingRules rules_;
};

}  // namespace

std::vector<Finding> FindingRules::findings(std::string_view text,
                                            const trainer::ModelSpec& model) const {
  const auto words = words_of(text);
  if (judge_.is_praise(words)) return {};
  const auto scores = scorer_.score(words);
  if (scores.empty() || scores.front().score < kLeastScore) return {};
  const double second = scores.size() > 1 ? scores[1].score : 0;
  std::vector<Finding> findings = {describe(text, words, *scores.front().type, model)};
  findings.front().confidence = confidence(scores.front(), second);
  findings.front().cues = scores.front().cues;
  findings.front().cues.resize(std::min(findings.front().cues.size(), kMostCues));
  add_partner(text, words, model, findings);
  return findings;
}

Finding FindingRules::describe(std::string_view text, const std::vector<Word>& words,
                               const FaultType& type, const trainer::ModelSpec& model) const {
  Finding finding;
  finding.fault_type = type.code;
  finding.layers = resolve_layers(text, words, type.code, model);
  finding.specific = judge_.is_specific(words, type);
  finding.proposed = proposed_value(words, type.code);
  return finding;
}

// "add layers or neurons" names two faults.
void FindingRules::add_partner(std::string_view text, const std::vector<Word>& words,
                               const trainer::ModelSpec& model,
                               std::vector<Finding>& findings) const {
  const std::string& code = findings.front().fault_type;
  if ((code != "LRM" && code != "LCN") || !layers_and_neurons_.any(words)) return;
  const FaultType* partner = find_fault_type(code == "LRM" ? "LCN" : "LRM");
  if (partner == nullptr) return;
  Finding second = describe(text, words, *partner, model);
  second.specific = findings.front().specific;
  second.confidence = findings.front().confidence / 2;
  second.cues = findings.front().cues;
  findings.push_back(std::move(second));
}

std::unique_ptr<AnswerMapper> make_rules_mapper() { return std::make_unique<RulesMapper>(); }

}  // namespace dlfix::mapping
