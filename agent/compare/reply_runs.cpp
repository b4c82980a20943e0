#include "agent/compare/reply_runs.h"

#include <algorithm>

namespace dlfix::agent {
namespace {

bool is_usable(const ReplyResult& reply) {
  return reply.outcome == "ok" || reply.outcome == "ok_with_repairs" ||
         reply.outcome == "no_change";
}

void count_config(std::vector<ConfigOutcome>& configs, const mapping::Config& config) {
  const auto known = std::ranges::find(configs, config, &ConfigOutcome::config);
  auto& counted =
      known == configs.end() ? configs.emplace_back(ConfigOutcome{config, 0, {}}) : *known;
  ++counted.runs;
}

}  // namespace

ReplyRuns::ReplyRuns(const Column& column, const std::vector<ReplyResult>& replies,
                     std::vector<std::string> notes, const SubjectOfSeed& subject, int config_seeds,
                     TrainingBatch& batch) {
  result_.column = column;
  result_.notes = std::move(notes);
  const int last_round = replies.empty() ? 0 : replies.back().round;
  for (const ReplyResult& reply : replies)
    if (reply.round == last_round) add_run(reply, subject, batch);
  std::ranges::stable_sort(result_.configs, std::ranges::greater{}, &ConfigOutcome::runs);
  for (const ConfigOutcome& config : result_.configs) {
    auto& places = seed_places_.emplace_back();
    for (int seed = 0; seed < config_seeds; ++seed)
      places.push_back(batch.add(hold_out_request(subject(seed), config.config, seed)));
  }
}

void ReplyRuns::add_run(const ReplyResult& reply, const SubjectOfSeed& subject,
                        TrainingBatch& batch) {
  const int index = static_cast<int>(result_.runs.size());
  RunOutcome run;
  run.outcome = reply.outcome;
  run.config = reply.config;
  result_.runs.push_back(std::move(run));
  run_places_.emplace_back();
  if (!is_usable(reply)) return;
  run_places_.back() = batch.add(hold_out_request(subject(index), reply.config, index));
  count_config(result_.configs, reply.config);
}

bool ReplyRuns::complete(const TrainingBatch& batch) const {
  const auto there = [&](std::size_t place) { return batch.result(place).has_value(); };
  return std::ranges::all_of(run_places_, [&](auto place) { return !place || there(*place); }) &&
         std::ranges::all_of(
             seed_places_, [&](const auto& places) { return std::ranges::all_of(places, there); });
}

ColumnResult ReplyRuns::result(const TrainingBatch& batch, const mapping::Program& program,
                               const RowsAsWritten& as_written) const {
  ColumnResult result = result_;
  for (std::size_t i = 0; i < run_places_.size(); ++i)
    if (run_places_[i])
      result.runs[i] = with_training(std::move(result.runs[i]), *batch.result(*run_places_[i]),
                                     program, as_written, i);
  for (std::size_t i = 0; i < seed_places_.size(); ++i)
    for (const std::size_t place : seed_places_[i])
      result.configs[i].values.push_back(measured_value(*batch.result(place)));
  return result;
}

}  // namespace dlfix::agent
