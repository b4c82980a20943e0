// Scores of an evaluation, and how it is shown.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "agent/localise/evaluation.h"
#include "agent/output/terminal.h"

namespace dlfix::agent {
namespace {

using eval::FaultLabels;
using eval::LocalisationScore;
using nlohmann::json;

json measures(const LocalisationScore& score) {
  return {{"recall", score.recall}, {"precision", score.precision}, {"f3", score.f3}};
}

const FaultLabels& said_of(const JudgedProgram& judged, const std::string& localiser) {
  static const FaultLabels kNothing;
  const auto found = judged.labels.find(localiser);
  return found == judged.labels.end() ? kNothing : found->second;
}

LocalisationScore score_of(const JudgedProgram& judged, const std::string& localiser,
                           const FaultLabels& truth, eval::Scores scores) {
  return eval::score_localisation(truth, said_of(judged, localiser), scores);
}

LocalisationScore mean_score(const LocalisationEvaluation& evaluation, const std::string& localiser,
                             FaultLabels KnownProgram::*truth) {
  std::vector<LocalisationScore> all;
  for (const JudgedProgram* judged : evaluation.with_role(ProgramRole::kFaulty)) {
    all.push_back(score_of(*judged, localiser, judged->known.*truth, evaluation.scores));
  }
  return eval::mean_of(all);
}

json technique_json(const LocalisationEvaluation& evaluation, const std::string& localiser) {
  json faults = json::object();
  for (const JudgedProgram* judged : evaluation.with_role(ProgramRole::kFaulty)) {
    json fault = measures(score_of(*judged, localiser, judged->known.faults, evaluation.scores));
    fault["labels"] = eval::to_string(said_of(*judged, localiser));
    fault["ground_truth"] = eval::to_string(judged->known.faults);
    fault["captured"] = judged->captured;
    faults[judged->known.id] = std::move(fault);
  }
  return {{"faults", std::move(faults)},
          {"mean", measures(mean_score(evaluation, localiser, &KnownProgram::faults))},
          {"mean_by_configs",
           measures(mean_score(evaluation, localiser, &KnownProgram::config_faults))}};
}

json comparison_json(const TableComparison& comparison) {
  json differences = json::array();
  for (const auto& difference : comparison.differences) {
    differences.push_back({{"fault", difference.fault},
                           {"published", difference.published},
                           {"ours", difference.ours},
                           {"cause", difference.cause.empty() ? json() : json(difference.cause)},
                           {"accepted", difference.accepted}});
  }
  return {
      {"equal", comparison.equal}, {"of", comparison.of}, {"differences", std::move(differences)}};
}

json constant_json(const eval::ConstantAnswers& constant) {
  json document = measures(constant.score);
  document["labels"] = eval::to_string(constant.labels);
  return document;
}

/// How many faults programs without known faults are said to have.
struct FalseAlarms {
  std::map<std::string, int> of;
  double mean = 0;
};

FalseAlarms false_alarms(const LocalisationEvaluation& evaluation, const std::string& localiser,
                         ProgramRole role) {
  FalseAlarms alarms;
  for (const JudgedProgram* judged : evaluation.with_role(role)) {
    const auto found = judged->findings.find(localiser);
    alarms.of[judged->known.id] = found == judged->findings.end() ? 0 : found->second;
  }
  for (const auto& [id, count] : alarms.of) alarms.mean += count;
  if (!alarms.of.empty()) alarms.mean /= static_cast<double>(alarms.of.size());
  return alarms;
}

json alarms_json(const LocalisationEvaluation& evaluation, ProgramRole role) {
  json document = json::object();
  for (const std::string& localiser : evaluation.localisers) {
    const FalseAlarms alarms = false_alarms(evaluation, localiser, role);
    document[localiser] = {{"mean", alarms.mean}, {"programs", alarms.of}};
  }
  return document;
}

/// Samples whose first finding is of a type that they have.
struct TrueFirst {
  int right = 0;
  int of = 0;
  std::map<std::string, std::string> wrong;  ///< what came first instead
};

TrueFirst true_first(const LocalisationEvaluation& evaluation, const std::string& localiser) {
  TrueFirst first;
  for (const JudgedProgram* judged : evaluation.with_role(ProgramRole::kSample)) {
    if (judged->known.faults.empty()) continue;  // outside of what has a fault type
    ++first.of;
    const FaultLabels& labels = said_of(*judged, localiser);
    const FaultLabels leading(labels.begin(), labels.begin() + (labels.empty() ? 0 : 1));
    const auto found = eval::found_faults(judged->known.faults, leading);
    if (std::ranges::count(found, true) > 0) {
      ++first.right;
    } else {
      first.wrong[judged->known.id] = eval::to_string(leading);
    }
  }
  return first;
}

json samples_json(const LocalisationEvaluation& evaluation) {
  json document = json::object();
  for (const std::string& localiser : evaluation.localisers) {
    const TrueFirst first = true_first(evaluation, localiser);
    document[localiser] = {
        {"true_type_first", first.right}, {"of", first.of}, {"others", first.wrong}};
  }
  return document;
}

json capture_notes(const LocalisationEvaluation& evaluation) {
  json notes = json::object();
  for (const JudgedProgram& judged : evaluation.programs) {
    if (!judged.note.empty()) notes[judged.known.id] = judged.note;
  }
  return notes;
}

std::string score_words(const LocalisationScore& score) {
  return fmt::format("recall {:.2f}, precision {:.2f}, F3 {:.2f}", score.recall, score.precision,
                     score.f3);
}

std::string label_table(const LocalisationEvaluation& evaluation) {
  std::vector<std::vector<std::string>> rows{{"fault", "ground truth"}};
  for (const std::string& localiser : evaluation.localisers) rows[0].push_back(localiser);
  for (const JudgedProgram* judged : evaluation.with_role(ProgramRole::kFaulty)) {
    std::vector<std::string> row{judged->known.id, eval::to_string(judged->known.faults)};
    for (const std::string& localiser : evaluation.localisers) {
      row.push_back(eval::to_string(said_of(*judged, localiser)));
    }
    rows.push_back(std::move(row));
  }
  return table(rows, "");
}

std::string comparison_text(const std::string& localiser, const TableComparison& comparison) {
  std::string text = fmt::format("{} against the study's table: {} of {} equal\n", localiser,
                                 comparison.equal, comparison.of);
  for (const auto& difference : comparison.differences) {
    text += fmt::format("  {}: published {}, ours {}: {}{}\n", difference.fault,
                        difference.published, difference.ours,
                        difference.cause.empty() ? "no cause is known" : difference.cause,
                        difference.accepted ? " (counted as equal)" : "");
  }
  return text;
}

}  // namespace

json to_json(const LocalisationEvaluation& evaluation) {
  json techniques = json::object();
  for (const std::string& name : evaluation.localisers) {
    techniques[name] = technique_json(evaluation, name);
  }
  json comparison = json::object();
  for (const auto& [name, result] : evaluation.comparison) {
    comparison[name] = comparison_json(result);
  }
  return {{"tools", evaluation.reading},
          {"scores", eval::to_string(evaluation.scores)},
          {"techniques", std::move(techniques)},
          {"comparison", std::move(comparison)},
          {"best_constant", constant_json(evaluation.constant)},
          {"best_constant_by_configs", constant_json(evaluation.config_constant)},
          {"fixed_programs", alarms_json(evaluation, ProgramRole::kFixed)},
          {"fixed_samples", alarms_json(evaluation, ProgramRole::kFixedSample)},
          {"samples", samples_json(evaluation)},
          {"not_captured", capture_notes(evaluation)},
          {"notes", evaluation.notes}};
}

std::string to_text(const LocalisationEvaluation& evaluation) {
  std::string text = label_table(evaluation) + "\n";
  for (const std::string& name : evaluation.localisers) {
    const TrueFirst first = true_first(evaluation, name);
    text += fmt::format(
        "{}: {}; by the configurations' layers {}\n"
        "  findings on a fixed program {:.2f}, on a fixed sample {:.2f}; true type first on {} of "
        "{} samples\n",
        name, score_words(mean_score(evaluation, name, &KnownProgram::faults)),
        score_words(mean_score(evaluation, name, &KnownProgram::config_faults)),
        false_alarms(evaluation, name, ProgramRole::kFixed).mean,
        false_alarms(evaluation, name, ProgramRole::kFixedSample).mean, first.right, first.of);
  }
  text += fmt::format("always answering {}: {}\n", eval::to_string(evaluation.constant.labels),
                      score_words(evaluation.constant.score));
  for (const auto& [name, result] : evaluation.comparison) text += comparison_text(name, result);
  for (const JudgedProgram& judged : evaluation.programs) {
    if (!judged.note.empty()) text += fmt::format("{}: {}\n", judged.known.id, judged.note);
  }
  for (const auto& note : evaluation.notes) text += "note: " + note + "\n";
  return text;
}

}  // namespace dlfix::agent
