#include "mapping/findings/votes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

namespace dlfix::mapping {
namespace {

using Key = std::pair<std::string, std::vector<int>>;

struct Tally {
  VotedFinding finding;
  int specific = 0;
  double best = -1;
  std::vector<std::pair<nlohmann::json, int>> proposed;
};

void count_value(const nlohmann::json& value, Tally& tally) {
  if (value.is_null()) return;
  const auto known =
      std::ranges::find(tally.proposed, value, &std::pair<nlohmann::json, int>::first);
  if (known == tally.proposed.end()) {
    tally.proposed.emplace_back(value, 1);
  } else {
    ++known->second;
  }
}

void count_reply(const MappedReply& reply, std::size_t number, std::map<Key, Tally>& tallies) {
  std::set<Key> seen;
  for (std::size_t place = 0; place < reply.answers.size(); ++place) {
    const auto& answer = reply.answers[place];
    for (const auto& finding : answer.findings) {
      const Key key{finding.fault_type, finding.layers};
      if (!seen.insert(key).second) continue;
      Tally& tally = tallies[key];
      ++tally.finding.votes;
      tally.finding.mean_rank += static_cast<double>(place + 1);
      tally.finding.confidence += finding.confidence;
      tally.specific += finding.specific ? 1 : 0;
      count_value(finding.proposed, tally);
      if (finding.confidence <= tally.best) continue;
      tally.best = finding.confidence;
      tally.finding.quotation = answer.answer.text;
      tally.finding.answer = answer.answer;
      tally.finding.reply = number;
      tally.finding.cues = finding.cues;
    }
  }
}

VotedFinding finished(const Key& key, Tally tally) {
  VotedFinding finding = std::move(tally.finding);
  finding.fault_type = key.first;
  finding.layers = key.second;
  finding.mean_rank /= finding.votes;
  finding.confidence /= finding.votes;
  finding.specific = 2 * tally.specific > finding.votes;
  const auto most =
      std::ranges::max_element(tally.proposed, {}, &std::pair<nlohmann::json, int>::second);
  if (most != tally.proposed.end()) finding.proposed = most->first;
  return finding;
}

std::pair<double, double> mean_and_deviation(const std::vector<double>& values) {
  if (values.empty()) return {0, 0};
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double square = 0;
  for (const double value : values)
    square += (value - mean) * (value - mean) / static_cast<double>(values.size());
  return {mean, std::sqrt(square)};
}

double jaccard(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.empty() && b.empty()) return 1;
  const auto common = std::ranges::count_if(a, [&](const auto& type) { return b.contains(type); });
  return static_cast<double>(common) /
         static_cast<double>(a.size() + b.size() - static_cast<std::size_t>(common));
}

ReplyStability stability_of(const std::vector<MappedReply>& replies) {
  std::vector<double> answers;
  std::vector<double> types;
  std::vector<std::set<std::string>> sets;
  for (const auto& reply : replies) {
    std::set<std::string> named;
    for (const auto& answer : reply.answers)
      for (const auto& finding : answer.findings) named.insert(finding.fault_type);
    answers.push_back(reply.list.items);
    types.push_back(static_cast<double>(named.size()));
    sets.push_back(std::move(named));
  }
  ReplyStability stability;
  std::tie(stability.mean_answers, stability.deviation_answers) = mean_and_deviation(answers);
  std::tie(stability.mean_types, stability.deviation_types) = mean_and_deviation(types);
  double sum = 0;
  int pairs = 0;
  for (std::size_t a = 0; a < sets.size(); ++a) {
    for (std::size_t b = a + 1; b < sets.size(); ++b, ++pairs) sum += jaccard(sets[a], sets[b]);
  }
  stability.agreement = pairs == 0 ? 1 : sum / pairs;
  return stability;
}

}  // namespace

VotedFindings count_votes(const std::vector<MappedReply>& replies) {
  VotedFindings result;
  result.replies = static_cast<int>(replies.size());
  std::map<Key, Tally> tallies;
  for (std::size_t number = 0; number < replies.size(); ++number)
    count_reply(replies[number], number, tallies);
  for (auto& [key, tally] : tallies) result.findings.push_back(finished(key, std::move(tally)));
  std::ranges::stable_sort(result.findings, [](const VotedFinding& a, const VotedFinding& b) {
    return a.votes != b.votes ? a.votes > b.votes : a.mean_rank < b.mean_rank;
  });
  result.stability = stability_of(replies);
  return result;
}

}  // namespace dlfix::mapping
