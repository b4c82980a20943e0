#include "agent/localise/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "agent/faults/benchmark.h"
#include "agent/localise/combined.h"
#include "mapping/program/edits.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

eval::FaultLabels manifest_labels(const nlohmann::ordered_json& manifest, const char* field) {
  eval::FaultLabels labels;
  for (const auto& fault : manifest.at(field)) {
    labels.push_back({fault.at("type"), fault.value("layers", std::set<int>{})});
  }
  return labels;
}

std::vector<KnownProgram> benchmark_programs(const std::string& folder) {
  std::vector<KnownProgram> programs;
  std::set<std::string> fixed;
  for (const BenchmarkFault& fault : read_benchmark(folder)) {
    const bool counts = !fault.fl_id.empty() && !fault.manifest.at("wording").at("fl").is_null();
    const std::string id = fault.fl_id.empty() ? fault.id : fault.fl_id;
    programs.push_back({id, fault.subject, counts ? ProgramRole::kFaulty : ProgramRole::kOther,
                        fault.program, manifest_labels(fault.manifest, "ground_truth"),
                        manifest_labels(fault.manifest, "ground_truth_from_configs")});
    if (fixed.insert(fault.subject).second) {
      programs.push_back({fault.subject, fault.subject, ProgramRole::kFixed, fault.fixed, {}, {}});
    }
  }
  return programs;
}

std::vector<KnownProgram> sample_programs(const std::string& folder) {
  const std::string list = folder + "/samples.json";
  std::ifstream in(list);
  const auto document = nlohmann::json::parse(in, nullptr, false);
  if (!document.is_object() || !document.contains("samples")) {
    throw support::InputError(list + ": is no list of samples", "install the program's data");
  }
  std::vector<KnownProgram> programs;
  for (const auto& sample : document["samples"]) {
    const std::string name = sample.at("program");
    eval::FaultLabels faults;
    for (const std::string type : sample.at("fault_types")) faults.push_back({type, {}});
    const std::string file = folder + "/" + name;
    programs.push_back({name, name, ProgramRole::kSample, file + ".py", faults, faults});
    programs.push_back(
        {name + "_fixed", name, ProgramRole::kFixedSample, file + "_fixed.py", {}, {}});
  }
  return programs;
}

std::vector<std::string> asked_tools(const JudgeOptions& options) {
  std::vector<std::string> tools;
  for (const std::string& tool : rule_tools()) {
    if (std::ranges::find(options.localisers, tool) != options.localisers.end()) {
      tools.push_back(tool);
    }
  }
  return tools;
}

mapping::Program read_somehow(JudgedProgram& judged, const JudgeOptions& options,
                              const ReadKnownProgram& read) {
  if (options.run) {
    try {
      mapping::Program program = read(judged.known.file, true);
      judged.captured = true;
      return program;
    } catch (const support::Interrupted&) {
      throw;
    } catch (const support::Error& error) {
      judged.note = fmt::format("read without its data: {}", error.what());
    }
  }
  return read(judged.known.file, false);
}

void judge_tools(JudgedProgram& judged, const JudgeOptions& options,
                 const mapping::Program& program, const WatchKnownProgram& watch) {
  const RuleOptions rules{asked_tools(options), options.reading, options.deepfd};
  const bool looks = std::ranges::any_of(rules.tools, [&](const std::string& tool) {
    return options.dynamic || !is_static_tool(tool);
  });
  const WatchedRuns watched = watch && looks ? watch(program, rules) : WatchedRuns{};
  for (const ToolReport& report : run_rule_localisers(program, watched, rules)) {
    judged.labels[report.tool] = eval::labels_of(report.found);
    judged.printed[report.tool] = eval::labels_of(report.found, true);
    judged.findings[report.tool] = static_cast<int>(judged.labels[report.tool].size());
  }
}

void judge_combined(JudgedProgram& judged, const JudgeOptions& options,
                    const mapping::Program& program, const WatchKnownProgram& watch) {
  const auto mended = eval::ToolReading::kMended;
  const eval::DeepFdModel* deepfd = options.mended_deepfd;
  const WatchedRuns watched =
      watch && options.dynamic ? watch(program, {combined_tools(), mended, deepfd}) : WatchedRuns{};
  const auto weights = eval::RuleWeights::shipped().without(judged.known.group);
  const RuleReport report =
      make_rule_report(program, combined_sources(program, watched, mended, deepfd), mended,
                       mapping::read_sources(program), combined_judge(weights));
  judged.labels["combined"] = labels_of(report);
  judged.printed["combined"] = judged.labels["combined"];
  judged.findings["combined"] = static_cast<int>(report.faults.size());
  for (const auto* list : {&report.faults, &report.unlikely}) {
    for (const RuleFault& fault : *list) judged.faults.push_back(fault.fault);
  }
}

bool is_right(const JudgedProgram& judged, const eval::MergedFault& fault) {
  const eval::FaultLabel label{fault.fault_type, {fault.layers.begin(), fault.layers.end()}};
  // The study prints some layers that its own configurations contradict.
  for (const auto* truth : {&judged.known.faults, &judged.known.config_faults}) {
    for (const eval::FaultLabel& known : *truth) {
      if (eval::names_fault(label, known, {})) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<const JudgedProgram*> LocalisationEvaluation::with_role(ProgramRole role) const {
  std::vector<const JudgedProgram*> chosen;
  for (const JudgedProgram& judged : programs) {
    if (judged.known.role == role) chosen.push_back(&judged);
  }
  return chosen;
}

std::vector<KnownProgram> known_programs(const std::string& home) {
  auto programs = benchmark_programs(home + "/data/benchmark");
  for (auto& sample : sample_programs(home + "/data/programs")) {
    programs.push_back(std::move(sample));
  }
  return programs;
}

JudgedProgram judge_program(const KnownProgram& known, const JudgeOptions& options,
                            const ReadKnownProgram& read, const WatchKnownProgram& watch) {
  JudgedProgram judged;
  judged.known = known;
  const mapping::Program program = read_somehow(judged, options, read);
  const bool watched = judged.captured && known.role == ProgramRole::kFaulty;
  judge_tools(judged, options, program, watched ? watch : nullptr);
  if (options.combine) judge_combined(judged, options, program, watched ? watch : nullptr);
  return judged;
}

void finish_evaluation(LocalisationEvaluation& evaluation) {
  std::vector<eval::FaultLabels> printed, of_configs;
  for (const JudgedProgram* judged : evaluation.with_role(ProgramRole::kFaulty)) {
    printed.push_back(judged->known.faults);
    of_configs.push_back(judged->known.config_faults);
  }
  evaluation.constant = eval::best_constant_answers(printed, evaluation.scores);
  evaluation.config_constant = eval::best_constant_answers(of_configs, evaluation.scores);
}

eval::RuleWeights count_rules(const LocalisationEvaluation& evaluation) {
  auto weights =
      eval::RuleWeights::from_json({{"least_score", eval::RuleWeights::shipped().least_score()},
                                    {"groups", nlohmann::json::object()}});
  for (const JudgedProgram& judged : evaluation.programs) {
    const bool fixed =
        judged.known.role == ProgramRole::kFixed || judged.known.role == ProgramRole::kFixedSample;
    if (!fixed && judged.known.faults.empty()) continue;  // its fault has no type
    for (const eval::MergedFault& fault : judged.faults) {
      for (const eval::RuleFinding& said : fault.said) {
        weights.count(judged.known.group, said, is_right(judged, fault));
      }
    }
  }
  return weights;
}

}  // namespace dlfix::agent
