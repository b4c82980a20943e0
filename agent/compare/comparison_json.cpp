// A comparison as JSON.
#include <algorithm>
#include <cmath>
#include <map>

#include "agent/compare/comparison.h"
#include "agent/compare/summary.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

using nlohmann::ordered_json;

ordered_json finite_number_of(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json finite_number_of(const std::optional<double>& value) {
  return value ? finite_number_of(*value) : ordered_json();
}

ordered_json finite_list(const std::vector<double>& values) {
  ordered_json list = ordered_json::array();
  for (const double value : values) list.push_back(finite_number_of(value));
  return list;
}

ordered_json arm_document(const std::vector<double>& values) {
  if (values.empty()) return nullptr;
  return {{"mean", finite_number_of(eval::mean(values))}, {"values", finite_list(values)}};
}

ordered_json run_json(const RunOutcome& run) {
  ordered_json document = {{"outcome", run.outcome},
                           {"value", finite_number_of(run.value)},
                           {"config", run.config},
                           {"settings", run.settings},
                           {"label", run.label.empty() ? ordered_json() : ordered_json(run.label)},
                           {"repair_rate", finite_number_of(mended_share(run.flips))},
                           {"negative_flip_rate", finite_number_of(broken_share(run.flips))}};
  if (!run.closest_truth.empty())
    document["closest_ground_truth"] = {{"name", run.closest_truth}, {"aj", run.closest_jaccard}};
  if (!run.curve.empty()) {
    document["curve"] = ordered_json::array();
    for (const CurvePoint& point : run.curve)
      document["curve"].push_back({finite_number_of(point.cost), finite_number_of(point.value)});
  }
  for (const CutOutcome& cut : run.cuts)
    document["cut_off"].push_back(
        {{"budget", cut.budget}, {"value", finite_number_of(cut.value)}, {"config", cut.config}});
  return document;
}

ordered_json learning_json(const std::optional<LearningCurve>& curve) {
  if (!curve) return nullptr;
  return {{"epochs", curve->epochs},
          {"loss", finite_list(curve->loss)},
          {"metric", finite_list(curve->metric)}};
}

ordered_json config_json(const ConfigOutcome& config) {
  return {{"config", config.config},
          {"runs", config.runs},
          {"mean",
           config.values.empty() ? ordered_json() : finite_number_of(eval::mean(config.values))},
          {"values", finite_list(config.values)}};
}

std::map<std::string, int> outcomes_of(const ColumnResult& result) {
  std::map<std::string, int> outcomes;
  for (const RunOutcome& run : result.runs) ++outcomes[run.outcome];
  return outcomes;
}

ordered_json cuts_json(const ColumnResult& result) {
  ordered_json cuts = ordered_json::array();
  for (const CutScores& cut : result.cuts)
    cuts.push_back({{"budget", cut.budget},
                    {"mean", finite_number_of(cut.scores.mean)},
                    {"ir", finite_number_of(cut.scores.rate)},
                    {"significant", cut.scores.significant}});
  return cuts;
}

ordered_json column_json(const ProgramComparison& program, const ColumnResult& result) {
  const eval::CaseScores& scores = result.judged.scores;
  const RunOutcome* median = median_run(program, result);
  ordered_json runs = ordered_json::array(), configs = ordered_json::array();
  for (const RunOutcome& run : result.runs) runs.push_back(run_json(run));
  for (const ConfigOutcome& config : result.configs) configs.push_back(config_json(config));
  return {{"technique", result.column.technique},
          {"runs", std::move(runs)},
          {"outcomes", outcomes_of(result)},
          {"judged", scores.runs > 0},
          {"mean", finite_number_of(scores.mean)},
          {"sigma", finite_number_of(scores.sigma)},
          {"unclamped_mean", finite_number_of(scores.unclamped_mean)},
          {"with_patch", scores.with_patch},
          {"ir", finite_number_of(scores.rate)},
          {"wilcoxon_p", finite_number_of(scores.wilcoxon_p)},
          {"mann_whitney_p", finite_number_of(scores.mann_whitney_p)},
          {"a12", finite_number_of(scores.a12)},
          {"effect_size", finite_number_of(scores.cohens_d)},
          {"significant", scores.significant},
          {"complexity", finite_number_of(result.judged.complexity)},
          {"aj", finite_number_of(result.judged.jaccard)},
          {"aj_with_alternatives", finite_number_of(result.judged.jaccard_after)},
          {"repair_rate", finite_number_of(mended_share(result.judged.flips))},
          {"negative_flip_rate", finite_number_of(broken_share(result.judged.flips))},
          {"smaller_budgets", cuts_json(result)},
          {"median_run_training", learning_json(median ? median->learning : std::nullopt)},
          {"configs", std::move(configs)},
          {"notes", result.notes}};
}

ordered_json exposure_json(const std::optional<eval::KillingResult>& exposure) {
  if (!exposure) return {};
  return {{"exposed", exposure->killed},
          {"p_value", finite_number_of(exposure->p_value)},
          {"effect_size", finite_number_of(exposure->effect)}};
}

ordered_json program_json(const ProgramComparison& program) {
  ordered_json columns = ordered_json::object();
  for (const ColumnResult& result : program.columns)
    columns[result.column.name] = column_json(program, result);
  return {{"program", program.program},
          {"data", program.data_kind},
          {"drawings", program.drawings},
          {"metric", program.metric},
          {"higher_is_better", program.higher_is_better},
          {"n_hold_out", program.hold_out_rows},
          {"faulty", arm_document(program.faulty)},
          {"ground_truth", arm_document(program.fix)},
          {"exposure", exposure_json(program.exposure)},
          {"training_curves",
           {{"faulty", learning_json(program.faulty_learning)},
            {"ground_truth", learning_json(program.fix_learning)}}},
          {"alternative_ground_truths",
           program.neutrality ? ordered_json(eval::alternatives_of(*program.neutrality).size())
                              : ordered_json()},
          {"columns", std::move(columns)}};
}

ordered_json mean_or_null(const std::vector<double>& values) {
  return values.empty() ? ordered_json() : finite_number_of(eval::mean(values));
}

ordered_json summary_json(const ColumnSummary& summary) {
  const bool rates = !summary.rates.empty();
  return {{"programs", summary.programs},
          {"labels", summary.labels},
          {"significant", summary.significant},
          {"mean_ir", rates ? finite_number_of(eval::mean(summary.rates)) : ordered_json()},
          {"median_ir", rates ? finite_number_of(eval::median(summary.rates)) : ordered_json()},
          {"stability", finite_number_of(summary.stability)},
          {"complexity", mean_or_null(summary.complexities)},
          {"aj", mean_or_null(summary.jaccards)},
          {"aj_with_alternatives", mean_or_null(summary.jaccards_after)}};
}

}  // namespace

ordered_json to_json(const Comparison& comparison) {
  ordered_json columns = ordered_json::array(), programs = ordered_json::object(),
               summary = ordered_json::object();
  for (const Column& column : comparison.columns) {
    columns.push_back(column.name);
    summary[column.name] = summary_json(summarise_column(comparison, column));
  }
  for (const ProgramComparison& program : comparison.programs)
    programs[program.name] = program_json(program);
  return {{"document", "comparison"},
          {"version", 1},
          {"scores", to_string(comparison.scores)},
          {"repetitions", comparison.repetitions},
          {"budget", comparison.budget},
          {"smaller_budgets", comparison.cuts},
          {"device", comparison.device},
          {"shard", comparison.shard.empty() ? ordered_json() : ordered_json(comparison.shard)},
          {"interrupted", comparison.interrupted},
          {"columns", std::move(columns)},
          {"faults", std::move(programs)},
          {"summary", std::move(summary)},
          {"localisation",
           comparison.localisation ? to_json(*comparison.localisation) : ordered_json()},
          {"notes", comparison.notes},
          {"cost",
           {{"seconds", comparison.seconds},
            {"trainings", comparison.trainings},
            {"localisation_seconds", comparison.localisation
                                         ? localisation_seconds(*comparison.localisation)
                                         : ordered_json()}}}};
}

}  // namespace dlfix::agent
