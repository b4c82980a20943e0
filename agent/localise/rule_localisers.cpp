#include "agent/localise/rule_localisers.h"

#include "eval/localisers/deepdiagnosis/deepdiagnosis.h"
#include "eval/localisers/deepfd/deepfd.h"
#include "eval/localisers/deeplocalize/deeplocalize.h"
#include "eval/localisers/input_facts.h"
#include "eval/localisers/neuralint/neuralint.h"
#include "eval/localisers/umlaut/umlaut.h"
#include "mapping/program/edits.h"

namespace dlfix::agent {
namespace {

using trainer::TrainingResult;

constexpr std::int64_t kMendedProbe = 1024;
constexpr std::int64_t kAllRows = std::int64_t{1} << 40;

/// A program that does not name a batch size makes the published tool look at all rows.
bool names_batch_size(const mapping::Program& program) {
  const auto* batch_size = program.find("batch_size");
  return batch_size != nullptr && !batch_size->inserted;
}

eval::Localisation diagnose(const mapping::Program& program, const TrainingResult& result,
                            const std::optional<eval::DataRanges>& ranges,
                            eval::ToolReading reading) {
  eval::Localisation nothing;
  if (!ranges || !result.trace) {
    nothing.not_checked.push_back("the training was not watched: " + result.reason);
    return nothing;
  }
  eval::DeepDiagnosisInput input;
  input.epochs = eval::observe_epochs(program, result);
  input.ranges = *ranges;
  input.planned_epochs = program.fit.epochs;
  input.learning_rate = program.compile.optimizer.learning_rate;
  return eval::run_deepdiagnosis(program, input, reading);
}

// What `judge` says of most trainings.
template <class Judge>
eval::Localisation of_all(std::span<const TrainingResult> trainings, Judge judge) {
  std::vector<eval::Localisation> runs;
  for (const TrainingResult& result : trainings) runs.push_back(judge(result));
  return eval::most_frequent(runs);
}

eval::Localisation run_tool(const std::string& tool, const mapping::Program& program,
                            const WatchedRuns& watched, const RuleOptions& options) {
  const eval::ToolReading reading = options.reading;
  const std::span<const TrainingResult> trainings = watched.plain;
  if (tool == "neuralint") {
    return eval::run_neuralint(program, mapping::read_sources(program), reading);
  }
  if (tool == "deepfd") {
    return eval::run_deepfd(program, watched.monitored, *options.deepfd, reading).localisation;
  }
  if (tool == "deeplocalize") {
    return of_all(watched.by_batch, [&](const TrainingResult& result) {
      return eval::run_deeplocalize(program, eval::observe_batches(program, result));
    });
  }
  if (trainings.empty()) return eval::run_umlaut(program, {}, reading);
  if (tool == "umlaut") {
    const auto input = eval::input_facts(program, reading);
    return of_all(trainings, [&](const TrainingResult& result) {
      return eval::run_umlaut(program, eval::UmlautTraining{result.epochs, input}, reading);
    });
  }
  const auto ranges = eval::data_ranges(program);
  return of_all(trainings, [&](const TrainingResult& result) {
    return diagnose(program, result, ranges, reading);
  });
}

std::size_t trainings_for(const std::string& tool, const WatchedRuns& watched) {
  if (tool == "deepfd") return watched.monitored.size();
  if (tool == "deeplocalize") return watched.by_batch.size();
  return looks_at_plain_trainings(tool) ? watched.plain.size() : 0;
}

}  // namespace

const std::vector<std::string>& rule_tools() {
  static const std::vector<std::string> kTools{"neuralint", "umlaut", "deepdiagnosis", "deepfd",
                                               "deeplocalize"};
  return kTools;
}

const std::vector<std::string>& combined_tools() {
  static const std::vector<std::string> kTools{"neuralint", "umlaut", "deepdiagnosis", "deepfd"};
  return kTools;
}

bool is_static_tool(const std::string& tool) { return tool == "neuralint" || tool == "umlaut"; }

bool looks_at_plain_trainings(const std::string& tool) {
  return tool == "umlaut" || tool == "deepdiagnosis";
}

trainer::TraceSpec trace_for(const mapping::Program& program, const RuleOptions& options) {
  if (options.reading == eval::ToolReading::kMended) return eval::deepdiagnosis_trace(kMendedProbe);
  return eval::deepdiagnosis_trace(names_batch_size(program) ? 0 : kAllRows);
}

std::vector<ToolReport> run_rule_localisers(const mapping::Program& program,
                                            const WatchedRuns& watched,
                                            const RuleOptions& options) {
  std::vector<ToolReport> reports;
  for (const std::string& tool : options.tools) {
    const std::size_t trainings = trainings_for(tool, watched);
    if (trainings == 0 && !is_static_tool(tool)) continue;
    if (tool == "deepfd" && options.deepfd == nullptr) continue;
    reports.push_back(
        {tool, run_tool(tool, program, watched, options), static_cast<int>(trainings)});
  }
  return reports;
}

}  // namespace dlfix::agent
