#include "agent/localise/truth_scores.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "eval/agreement/reply_scores.h"
#include "eval/truths/change_labels.h"
#include "eval/truths/neutrality_result.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_json(const std::string& file) {
  std::ifstream in(file);
  json document = json::parse(in, nullptr, false);
  if (!document.is_object())
    throw support::InputError(file + ": is no JSON object",
                              "a ground truth is a fixed .py program, {\"lr\": 0.001, ...}, a "
                              "benchmark manifest, or what `neutrality` wrote");
  return document;
}

eval::FaultLabels manifest_faults(const json& document, const std::string& file) {
  eval::FaultLabels faults;
  try {
    for (const json& fault : document.at("ground_truth"))
      faults.push_back({fault.at("type"), fault.value("layers", std::set<int>{})});
  } catch (const json::exception& error) {
    throw support::InputError(file + ": " + error.what(),
                              "see data/benchmark/README.md for a manifest's fields");
  }
  return faults;
}

mapping::Config config_of(const json& document, const std::string& file) {
  const json& values = document.contains("config") ? document["config"] : document;
  if (!values.is_object())
    throw support::InputError(file + ": \"config\" is not an object", "give {\"lr\": 0.001, ...}");
  return values.get<mapping::Config>();
}

/// What `other` has in another way than `program`.
mapping::Config differences(const mapping::Program& program, const mapping::Config& other) {
  mapping::Config changes;
  for (const auto& [name, value] : program.config()) {
    const auto found = other.find(name);
    if (found != other.end() && found->second != value) changes[name] = found->second;
  }
  return changes;
}

void add(KnownFaults& known, const std::string& name, eval::FaultLabels faults) {
  if (known.name.empty()) {
    known.name = name;
    known.faults = std::move(faults);
  } else {
    known.alternatives.push_back({name, std::move(faults)});
  }
}

void add_file(KnownFaults& known, const mapping::Program& program, const std::string& file,
              const ReadProgram& read) {
  if (!fs::is_regular_file(file))
    throw support::InputError("--ground-truth " + file + ": there is no such file", "");
  const std::string name = fs::path(file).filename().string();
  if (fs::path(file).extension() != ".json") {
    add(known, name, eval::labels_of_changes(program, differences(program, read(file).config())));
    return;
  }
  const json document = read_json(file);
  if (eval::is_neutrality_document(document)) {
    for (auto& truth : eval::read_found_truths(document, file))
      known.alternatives.push_back({truth.name, std::move(truth.fault_types)});
  } else if (document.contains("ground_truth")) {
    add(known, name, manifest_faults(document, file));
  } else {
    add(known, name,
        eval::labels_of_changes(program, differences(program, config_of(document, file))));
  }
}

eval::FaultLabels labels_of(const FindingReply& reply) {
  eval::FaultLabels labels;
  for (const auto& [type, layers] : eval::labels_of(reply.mapped)) labels.push_back({type, layers});
  return labels;
}

std::string best_name(const KnownFaults& known, const eval::AlternativesScore& score) {
  if (score.best.empty() || score.best.front() < 0) return known.name;
  return known.alternatives[static_cast<std::size_t>(score.best.front())].name;
}

json score_json(const eval::LocalisationScore& score) {
  return {{"recall", score.recall}, {"precision", score.precision}, {"f3", score.f3}};
}

json finite_number(double value) { return std::isfinite(value) ? json(value) : json(); }

TruthScores score_replies(std::vector<TruthScores::OfReply> replies, KnownFaults known,
                          eval::Scores scores) {
  TruthScores result;
  result.scores = scores;
  std::vector<eval::LocalisationScore> before, after;
  std::vector<eval::ReplyFacts> facts;
  for (TruthScores::OfReply& one : replies) {
    one.before = eval::score_localisation(known.faults, one.labels, scores);
    const auto best =
        eval::score_with_alternatives(one.before, known.alternatives, one.labels, scores);
    one.after = best.score;
    one.best = best_name(known, best);
    before.push_back(one.before);
    after.push_back(one.after);
    facts.push_back({known.name, static_cast<double>(one.answers),
                     static_cast<double>(one.labels.size()), one.before.f3});
  }
  result.replies = std::move(replies);
  result.before = eval::mean_of(before);
  result.after = eval::mean_of(after);
  result.stability = eval::measure_stability(facts);
  result.known = std::move(known);
  return result;
}

}  // namespace

KnownFaults read_known_faults(const mapping::Program& program,
                              const std::vector<std::string>& files, const ReadProgram& read) {
  KnownFaults known;
  for (const std::string& file : files) add_file(known, program, file, read);
  if (known.name.empty())
    throw support::InputError("--ground-truth: only alternatives are given, no known fix",
                              "give the fixed program, its config or its manifest as well");
  return known;
}

TruthScores score_findings(const FindingReplies& replies, KnownFaults known, eval::Scores scores) {
  std::vector<TruthScores::OfReply> all;
  for (const FindingReply& reply : replies.replies) {
    TruthScores::OfReply one;
    one.endpoint = reply.endpoint;
    one.temperature = reply.temperature;
    one.labels = labels_of(reply);
    one.answers = static_cast<int>(reply.mapped.answers.size());
    all.push_back(std::move(one));
  }
  return score_replies(std::move(all), std::move(known), scores);
}

TruthScores score_labels(const std::string& localiser, const eval::FaultLabels& labels,
                         int findings, KnownFaults known, eval::Scores scores) {
  TruthScores::OfReply one;
  one.endpoint = localiser;
  one.labels = labels;
  one.answers = findings;
  return score_replies({one}, std::move(known), scores);
}

json to_json(const TruthScores& scores) {
  json replies = json::array();
  for (const auto& reply : scores.replies)
    replies.push_back({{"endpoint", reply.endpoint},
                       {"temperature", reply.temperature},
                       {"labels", to_string(reply.labels)},
                       {"answers", reply.answers},
                       {"before", score_json(reply.before)},
                       {"after", score_json(reply.after)},
                       {"best_truth", reply.best}});
  return {
      {"scores", to_string(scores.scores)},
      {"ground_truth", {{"name", scores.known.name}, {"faults", to_string(scores.known.faults)}}},
      {"alternatives", scores.known.alternatives.size()},
      {"before", score_json(scores.before)},
      {"after", score_json(scores.after)},
      {"stability",
       {{"mean_answers", finite_number(scores.stability.mean_answers)},
        {"answers_sd", finite_number(scores.stability.mean_sd)},
        {"extracted_share", finite_number(scores.stability.extracted_share)},
        {"f3_sd", finite_number(scores.stability.f3_sd)}}},
      {"replies", std::move(replies)}};
}

std::string to_text(const TruthScores& scores) {
  const auto line = [](const eval::LocalisationScore& score) {
    return fmt::format("recall {:.2f}, precision {:.2f}, F3 {:.2f}", score.recall, score.precision,
                       score.f3);
  };
  std::string text =
      fmt::format("against {} ({}), mean over {} replies, scores {}: {}\n", scores.known.name,
                  to_string(scores.known.faults), scores.replies.size(), to_string(scores.scores),
                  line(scores.before));
  if (!scores.known.alternatives.empty())
    text += fmt::format("against the best of it and {} alternatives: {}\n",
                        scores.known.alternatives.size(), line(scores.after));
  return text + fmt::format("{:.0f} % of the answers name a fault; F3 deviates by {:.2f}\n",
                            100 * scores.stability.extracted_share, scores.stability.f3_sd);
}

}  // namespace dlfix::agent
