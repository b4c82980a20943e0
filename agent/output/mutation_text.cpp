#include "agent/output/mutation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;

std::string mean_text(const TrainedVersion& version) {
  return version.values.empty() ? "-" : fmt::format("{:.4f}", eval::mean(version.values));
}

std::string verdict(const TrainedVersion& version) {
  if (!version.killing) return "not judged: " + version.failure;
  return version.killing->killed ? "killed" : "survives";
}

std::string effect_text(double effect) {
  return std::isinf(effect) ? (effect > 0 ? "inf" : "-inf") : fmt::format("{:.2f}", effect);
}

std::string mutant_line(const TrainedVersion& version, std::size_t width) {
  const std::string name = version.mutant ? version.mutant->name() : "the program as it is";
  std::string line = fmt::format("  {:<{}}  {:>8}", name, width, mean_text(version));
  if (!version.mutant) return line + "\n";
  if (version.killing) {
    line += fmt::format("  {:>8.3g}  {:>7}", version.killing->p_value,
                        effect_text(version.killing->effect));
  } else {
    line += fmt::format("  {:>8}  {:>7}", "-", "-");
  }
  return line + "  " + verdict(version) + "\n";
}

json optional_number(const std::optional<double>& value) { return value ? json(*value) : json(); }

json version_json(const TrainedVersion& version) {
  json document{{"values", version.values}};
  document["failure"] = version.failure.empty() ? json() : json(version.failure);
  if (!version.mutant) return document;
  document["name"] = version.mutant->name();
  document["change"] = eval::to_json(*version.mutant);
  document["killed"] = version.killing ? json(version.killing->killed) : json();
  document["p_value"] = version.killing ? json(version.killing->p_value) : json();
  document["effect"] = version.killing ? json(version.killing->effect) : json();
  return document;
}

}  // namespace

std::string to_text(const MutationReport& report) {
  std::size_t width = 20;
  for (const auto& version : report.mutants) {
    width = std::max(width, version.mutant->name().size());
  }
  std::string text = fmt::format("{}\n", report.program);
  text += fmt::format("  {:<{}}  {:>8}  {:>8}  {:>7}\n", "mutant", width, report.metric, "p", "d");
  text += mutant_line(report.original, width);
  for (const auto& version : report.mutants) text += mutant_line(version, width);
  for (const auto& found : report.weakest) {
    text += found.killed
                ? fmt::format("  {}: killed from {} on", found.operation, *found.killed)
                : fmt::format("  {}: not even the strongest value is killed", found.operation);
    text += found.killed && found.survived ? fmt::format(", {} survives\n", *found.survived) : "\n";
  }
  for (const auto& [operation, why] : report.not_applicable) {
    text += fmt::format("  {} does not apply: {}\n", operation, why);
  }
  const auto killed = std::ranges::count_if(report.mutants, &TrainedVersion::killed);
  text +=
      fmt::format("  {} of {} mutants killed, {} trainings, {:.1f} s of training on {}\n", killed,
                  report.mutants.size(), report.trainings, report.training_seconds, report.device);
  return text;
}

json to_json(const MutationReport& report) {
  json document{{"program", report.program},
                {"metric", report.metric},
                {"original", version_json(report.original)},
                {"mutants", json::array()},
                {"weakest_killed", json::array()},
                {"not_applicable", json::array()},
                {"trainings", report.trainings},
                {"training_seconds", report.training_seconds},
                {"device", report.device},
                {"interrupted", report.interrupted}};
  for (const auto& version : report.mutants) document["mutants"].push_back(version_json(version));
  for (const auto& found : report.weakest) {
    document["weakest_killed"].push_back({{"operator", found.operation},
                                          {"killed", optional_number(found.killed)},
                                          {"survived", optional_number(found.survived)}});
  }
  for (const auto& [operation, why] : report.not_applicable) {
    document["not_applicable"].push_back({{"operator", operation}, {"why", why}});
  }
  return document;
}

}  // namespace dlfix::agent
