#include "eval/localisers/rule_weights.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "eval/localisers/rules_data.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

constexpr double kPrior = 0.5;
constexpr double kPriorFindings = 3;

double share(const RuleCount& count, double prior) {
  return (count.right + kPriorFindings * prior) / (count.said + kPriorFindings);
}

std::string key_of(const RuleFinding& finding) { return finding.tool + "/" + finding.rule; }

}  // namespace

const RuleWeights& RuleWeights::shipped() {
  static const RuleWeights kShipped = from_json(json::parse(rule_weights_data()));
  return kShipped;
}

RuleWeights RuleWeights::from_json(const json& document) {
  RuleWeights weights;
  try {
    weights.least_score_ = document.at("least_score");
    for (const auto& [group, rules] : document.at("groups").items()) {
      for (const auto& [rule, count] : rules.items()) {
        weights.groups_[group][rule] = {count.at(0), count.at(1)};
      }
    }
  } catch (const json::exception& error) {
    throw support::InputError(std::string("weights of rules: ") + error.what(),
                              "make them with scripts/learn_rule_weights");
  }
  return weights;
}

json RuleWeights::to_json() const {
  json groups = json::object();
  for (const auto& [group, rules] : groups_) {
    groups[group] = json::object();
    for (const auto& [rule, count] : rules) groups[group][rule] = {count.right, count.said};
  }
  return {{"version", 1}, {"least_score", least_score_}, {"groups", std::move(groups)}};
}

void RuleWeights::count(const std::string& group, const RuleFinding& finding, bool right) {
  RuleCount& count = groups_[group][key_of(finding)];
  count.right += right ? 1 : 0;
  ++count.said;
}

RuleWeights RuleWeights::without(const std::string& group) const {
  RuleWeights rest = *this;
  rest.groups_.erase(group);
  return rest;
}

RuleCount RuleWeights::total(const std::string& key) const {
  RuleCount sum;
  const bool tool = key.ends_with('/');
  for (const auto& [group, rules] : groups_) {
    for (const auto& [rule, count] : rules) {
      if (tool ? !rule.starts_with(key) : rule != key) continue;
      sum.right += count.right;
      sum.said += count.said;
    }
  }
  return sum;
}

double RuleWeights::of(const RuleFinding& finding) const {
  const double prior = finding.certainty.value_or(share(total(finding.tool + "/"), kPrior));
  return share(total(key_of(finding)), prior);
}

double RuleWeights::score(const MergedFault& fault) const {
  double best = 0;
  for (const RuleFinding& finding : fault.said) best = std::max(best, of(finding));
  return best;
}

}  // namespace dlfix::eval
