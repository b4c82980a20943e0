#include "agent/output/report_json.h"

#include <cmath>

#include "agent/workflows/reply_results.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;

json number(double value) { return std::isfinite(value) ? json(value) : json(); }

json numbers(const std::vector<double>& values) {
  json list = json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

json optional_number(const std::optional<double>& value) { return value ? number(*value) : json(); }

json arm_json(const Arm& arm) {
  return {{"name", arm.name},
          {"mean", number(arm.mean)},
          {"sd", number(arm.deviation)},
          {"values", numbers(arm.values)},
          {"training_seconds", number(arm.training_seconds)},
          {"failures", arm.failures}};
}

json change_json(const Change& change) {
  return {{"hyperparameter", change.hyperparameter},
          {"fault_type", change.fault_type.empty() ? json() : json(change.fault_type)},
          {"file", change.file},
          {"line", change.line},
          {"from", change.from},
          {"to", change.to},
          {"sentence", change.sentence},
          {"reason", change.reason}};
}

json finding_json(const DataNote& note) {
  return {{"code", note.code},
          {"message", note.message},
          {"remedy", note.remedy},
          {"file", note.file},
          {"line", note.line},
          {"certain", note.certain},
          {"outside_config", note.outside_config}};
}

json reproduction_json(const Reproduction& reproduction) {
  json document = arm_json(reproduction.arm);
  document["symptoms"] = reproduction.symptoms;
  document["baseline"] = {{"value", number(reproduction.baseline_value)},
                          {"sentence", reproduction.baseline}};
  return document;
}

json cost_json(const RepairCost& cost) {
  return {{"seconds", cost.seconds},     {"training_seconds", cost.training_seconds},
          {"trainings", cost.trainings}, {"requests", cost.requests},
          {"tokens", cost.tokens},       {"usd", optional_number(cost.usd)}};
}

void add_truths(json& document, const RepairReport& report) {
  if (report.truths.empty()) return;
  json truths = json::array();
  for (std::size_t i = 0; i < report.truths.size(); ++i) {
    json truth = arm_json(report.truths[i]);
    truth["ir"] = optional_number(report.truth_ir[i]);
    truths.push_back(std::move(truth));
  }
  document["ground_truth"] = truths.front();
  document["ground_truths"] = std::move(truths);
}

void add_closest_truth(json& document, const RepairReport& report) {
  document["scores"] = to_string(report.scores);
  if (!report.closest_truth) return;
  const ClosestTruth& closest = *report.closest_truth;
  document["closest_truth"] = {{"name", closest.name},
                               {"of", closest.of},
                               {"aj", closest.jaccard},
                               {"ir", optional_number(closest.ir)},
                               {"differing", closest.differing}};
}

void add_proof(json& document, const RepairReport& report) {
  document["ir"] = report.truth_ir.empty() ? json() : optional_number(report.truth_ir.front());
  document["p_value"] = report.proof ? number(report.proof->p_value) : json();
  document["effect_size"] = report.proof ? number(report.proof->effect_size) : json();
  document["repair_rate"] = report.flips ? number(report.flips->repair_rate) : json();
  document["negative_flip_rate"] = report.flips ? number(report.flips->negative_flip_rate) : json();
  document["interval"] = json();
  document["unproven_because"] = json::array();
  if (!report.proof) return;
  document["interval"] = {number(report.proof->interval.low), number(report.proof->interval.high)};
  document["unproven_because"] = report.proof->reasons;
}

json vote_json(const Vote& vote) {
  return {{"patches", vote.patches},
          {"values", numbers(vote.arm.values)},
          {"mean", number(vote.arm.mean)},
          {"sd", number(vote.arm.deviation)},
          {"repair_rate", vote.flips ? number(vote.flips->repair_rate) : json()},
          {"negative_flip_rate", vote.flips ? number(vote.flips->negative_flip_rate) : json()}};
}

json verify_json(const std::vector<VerifyFigures>& figures) {
  json list = json::array();
  for (const VerifyFigures& figure : figures) {
    list.push_back({{"program", figure.program},
                    {"ours", number(figure.ours)},
                    {"ours_sd", number(figure.ours_deviation)},
                    {"keras", number(figure.keras)},
                    {"remark", figure.remark}});
  }
  return list;
}

json trials_json(const std::vector<Trial>& trials) {
  json list = json::array();
  for (const Trial& trial : trials)
    list.push_back({{"config", trial.changes},
                    {"values", numbers(trial.values)},
                    {"outcome", trial.outcome},
                    {"reason", trial.reason}});
  return list;
}

json reply_json(const ReplyResult& reply) {
  return {
      {"endpoint", reply.endpoint}, {"temperature", reply.temperature}, {"round", reply.round},
      {"outcome", reply.outcome},   {"reason", reply.reason},           {"repairs", reply.repairs},
      {"config", reply.config},     {"value", number(reply.value)},     {"passes", reply.passes}};
}

json group_json(const ReplyGroup& group) {
  json pass_at = json::object();
  for (const auto& [k, value] : group.pass_at) pass_at[std::to_string(k)] = value;
  return {{"endpoint", group.endpoint}, {"temperature", group.temperature},
          {"round", group.round},       {"replies", group.replies},
          {"passed", group.passed},     {"outcomes", group.outcomes},
          {"pass_at", pass_at}};
}

/// `replies` and `reply_groups`, in the documents of techniques that asked a model.
void add_replies(json& document, const RepairReport& report) {
  if (report.reply_groups.empty()) return;
  document["pass_rule"] = pass_rule();
  document["replies"] = json::array();
  for (const ReplyResult& reply : report.replies) document["replies"].push_back(reply_json(reply));
  document["reply_groups"] = json::array();
  for (const ReplyGroup& group : report.reply_groups)
    document["reply_groups"].push_back(group_json(group));
}

void add_changes(json& document, const RepairReport& report) {
  document["config"] = report.config;
  document["diff"] = report.diff;
  document["changes"] = json::array();
  for (const Change& change : report.changes) document["changes"].push_back(change_json(change));
  document["findings"] = json::array();
  for (const DataNote& note : report.findings) document["findings"].push_back(finding_json(note));
}

}  // namespace

json to_document(const RepairReport& report) {
  json document = {
      {"outcome", report.outcome},
      {"verdict", report.verdict},
      {"program", report.program},
      {"technique", report.technique},
      {"prompting", report.prompting.empty() ? nlohmann::json() : nlohmann::json(report.prompting)},
      {"device", report.device},
      {"trainer", report.trainer},
      {"profile", report.profile},
      {"profile_reason", report.profile_reason},
      {"metric", report.metric},
      {"higher_is_better", report.higher_is_better},
      {"model", report.model},
      {"n_final", report.n_final},
      {"rows", report.rows},
      {"seeds", {{"search", report.seeds}, {"prove", report.prove_seeds}}},
      {"budget", report.budget},
      {"stopped_because", report.stopped_because},
      {"configs_tried", report.configs_tried},
      {"given_up", report.given_up},
      {"warnings", report.warnings},
      {"stored_trainings", report.cost.stored_trainings},
      {"stored_replies", report.cost.stored_replies}};
  document["reproduction"] = reproduction_json(report.reproduction);
  document["faulty"] = report.faulty ? arm_json(*report.faulty) : json();
  document["patched"] = report.patched ? arm_json(*report.patched) : json();
  add_truths(document, report);
  add_closest_truth(document, report);
  add_proof(document, report);
  add_changes(document, report);
  if (report.vote) document["vote"] = vote_json(*report.vote);
  if (!report.verify.empty()) document["verify"] = verify_json(report.verify);
  document["trials"] = trials_json(report.trials);
  add_replies(document, report);
  document["cost"] = cost_json(report.cost);
  return document;
}

}  // namespace dlfix::agent
