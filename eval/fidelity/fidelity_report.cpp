#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/fidelity/fidelity.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

const char* name_of(ComparedBy comparison) {
  switch (comparison) {
    case ComparedBy::kRange:
      return "range";
    case ComparedBy::kRank:
      return "rank";
    case ComparedBy::kOutcome:
      break;
  }
  return "outcome";
}

/// What a reader looks at first: where we and Keras disagree.
std::string disagreement(const SubjectFidelity& subject, const ConfigFidelity& config) {
  const Retrained& trained = config.trained;
  const std::string text = json(trained.sampled.measured.config).dump();
  if (!config.crash_agrees) {
    return fmt::format("    Keras: {}, ours: {}{}{}\n      {}\n",
                       to_string(trained.sampled.measured.outcome),
                       trained.crashed ? "crash" : "trains", trained.reason.empty() ? "" : ": ",
                       trained.reason, text);
  }
  if (trained.sampled.comparison != ComparedBy::kRange || config.in_range) return "";
  const auto [low, high] = std::ranges::minmax(trained.sampled.values());
  return fmt::format("    {} {:.4f} outside Keras's {:.4f} to {:.4f}\n      {}\n", subject.metric,
                     config.our_mean, low, high, text);
}

json number(double value) { return std::isfinite(value) ? json(value) : json(); }

json config_json(const ConfigFidelity& config) {
  const SampledConfig& sampled = config.trained.sampled;
  json ours = json::array();
  for (const double value : config.trained.ours) ours.push_back(number(value));
  json document = {{"config", sampled.measured.config},
                   {"comparison", name_of(sampled.comparison)},
                   {"rows", sampled.on_search ? "search" : "holdout"},
                   {"keras_outcome", to_string(sampled.measured.outcome)},
                   {"keras", sampled.values()},
                   {"ours", ours},
                   {"crashed", config.trained.crashed},
                   {"crash_agrees", config.crash_agrees}};
  if (!config.trained.reason.empty()) document["reason"] = config.trained.reason;
  if (sampled.comparison == ComparedBy::kRange) document["in_range"] = config.in_range;
  if (sampled.comparison == ComparedBy::kRank) document["rank"] = config.rank;
  return document;
}

json subject_json(const SubjectFidelity& subject) {
  json configs = json::array();
  for (const auto& config : subject.configs) configs.push_back(config_json(config));
  return {{"data", subject.data_kind},
          {"metric", subject.metric},
          {"constant", number(subject.constant)},
          {"constant_share", subject.constant_share},
          {"range_configs", subject.range_configs},
          {"rank_configs", subject.rank_configs},
          {"outcome_configs", subject.outcome_configs},
          {"in_range_share", subject.in_range_share},
          {"rank_p", subject.rank_p},
          {"crash_agreement", subject.crash_agreement},
          {"mean_difference", number(subject.mean_difference)},
          {"worst_difference", number(subject.worst_difference)},
          {"configs", configs}};
}

}  // namespace

std::string to_text(const FidelityReport& report) {
  std::string text = fmt::format(
      "Our trainer beside Keras, {} seeds a configuration\n\n"
      "  subject  data      in range      rank p (configs)  crash agrees   mean diff  worst diff\n",
      report.seeds);
  for (const auto& subject : report.subjects) {
    text += fmt::format(
        "  {:<8} {:<9} {:.3f} of {:<4} {:.3f} of {:<8} {:.3f} of {:<4} {:+.4f}   {:+.4f}\n",
        subject.subject, subject.data_kind, subject.in_range_share, subject.range_configs,
        subject.rank_p, subject.rank_configs, subject.crash_agreement, subject.configs.size(),
        subject.mean_difference, subject.worst_difference);
  }
  text += fmt::format("\n  all: {:.3f} of the means in range, {:.3f} agree on crashing\n",
                      report.in_range_share, report.crash_agreement);
  for (const auto& subject : report.subjects) {
    std::string lines;
    for (const auto& config : subject.configs) lines += disagreement(subject, config);
    if (!lines.empty()) text += fmt::format("\n  {} differs:\n{}", subject.subject, lines);
  }
  return text;
}

json to_json(const FidelityReport& report) {
  json subjects = json::object();
  for (const auto& subject : report.subjects) subjects[subject.subject] = subject_json(subject);
  return {{"seeds", report.seeds},
          {"in_range_share", report.in_range_share},
          {"crash_agreement", report.crash_agreement},
          {"subjects", subjects}};
}

}  // namespace dlfix::eval
