#include "agent/commands/compare_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "agent/commands/compare_localisers.h"
#include "agent/faults/benchmark.h"
#include "agent/faults/data_source.h"
#include "agent/output/text_file.h"
#include "agent/settings/manifest.h"
#include "eval/repairers/factory.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

/// "X_fixed.py" beside "X.py".
std::string fix_beside(const fs::path& program) {
  const fs::path fix = program.parent_path() / (program.stem().string() + "_fixed.py");
  return fs::is_regular_file(fix) ? fix.string() : "";
}

/// What the manifest says, or how near the files on this machine really are.
std::string data_kind_of(const Manifest& manifest, const std::string& data_dir) {
  if (manifest.dataset.empty()) return manifest.data_kind;
  const DataSource source = find_data(manifest.dataset, manifest.data_kind, data_folders(data_dir));
  return source.usable() ? source.kind : manifest.data_kind;
}

ComparedProgram describe_program(const std::string& file, const std::string& fix,
                                 const CompareCommand& command) {
  check_program_file(file);
  ComparedProgram entry;
  entry.program = fs::absolute(file).lexically_normal().string();
  entry.name = fs::path(entry.program).stem().string();
  entry.fix = fix.empty() ? fix_beside(entry.program) : fix;
  const auto manifest = find_manifest(entry.program);
  if (!manifest) return entry;
  entry.name = manifest->id;
  entry.profile = manifest->profile;
  entry.metric = manifest->metric;
  entry.data_kind = data_kind_of(*manifest, command.reading.data_dir);
  entry.redrawn = command.redraw && manifest->redrawn;
  if (fix.empty()) entry.fix = manifest->fixed;
  if (manifest->split) entry.split = {manifest->split->test_size, manifest->split->seed};
  return entry;
}

void find_programs(CompareCommand& command, const Resources& resources) {
  if (!command.faults.empty())
    for (const BenchmarkFault& fault :
         choose_faults(read_benchmark(resources.home + "/data/benchmark"), command.faults))
      command.programs.push_back(fault.program);
  if (command.programs.empty())
    throw support::InputError("compare: no program",
                              "name programs, or faults of the benchmark: --faults D1,D6");
  if (!command.fixes.empty() && command.fixes.size() != command.programs.size())
    throw support::InputError(
        fmt::format("--ground-truth: {} for {} programs", command.fixes.size(),
                    command.programs.size()),
        "give one for each program in their order, or none: X_fixed.py beside X.py is found");
  std::set<std::string> names;
  for (std::size_t i = 0; i < command.programs.size(); ++i) {
    auto entry = describe_program(command.programs[i],
                                  command.fixes.empty() ? "" : command.fixes[i], command);
    while (!names.insert(entry.name).second) entry.name += "'";
    command.request.programs.push_back(std::move(entry));
  }
}

/// The largest is what searches get, the others are cuts of it.
void read_budgets(const std::vector<std::string>& texts, CompareRequest& request) {
  std::vector<double> amounts;
  for (const std::string& text : texts) {
    const Budget budget = parse_budget(text);
    const bool other_unit = !amounts.empty() && budget.unit != request.budget.unit;
    if (other_unit || (texts.size() > 1 && budget.unit == Budget::Unit::kSeconds))
      throw support::InputError("--budget: several budgets have one unit, trainings or trials",
                                "give 10,20,50 or 10trials,20trials");
    request.budget = budget;
    amounts.push_back(budget.amount);
  }
  std::ranges::sort(amounts);
  amounts.erase(std::unique(amounts.begin(), amounts.end()), amounts.end());
  request.budget.amount = amounts.back();
  amounts.pop_back();
  request.cuts = std::move(amounts);
}

/// "D1/faulty.py": an analysis may come from another machine.
std::string tail_of(const fs::path& program) {
  return (program.parent_path().filename() / program.filename()).string();
}

/// Gives each analysis to the program that it is of.
void read_analyses(const std::vector<std::string>& files, CompareRequest& request) {
  for (const std::string& file : files) {
    std::ifstream in(file);
    const auto document = nlohmann::json::parse(in, nullptr, false);
    if (!eval::is_neutrality_document(document))
      throw support::InputError("--neutrality " + file + ": is no result of `neutrality`",
                                "give a .json file that `neutrality --output` wrote");
    auto analysis = eval::read_neutrality(document, file);
    const std::string tail = tail_of(analysis.program);
    const auto entry = std::ranges::find_if(request.programs, [&](const ComparedProgram& program) {
      return tail_of(program.program) == tail;
    });
    if (entry == request.programs.end())
      throw support::InputError(
          fmt::format("--neutrality {}: is of {}, which is not compared", file, analysis.program),
          "name that program, or leave the analysis out");
    entry->neutrality = std::move(analysis);
    entry->neutrality_file = fs::absolute(file).string();
  }
}

/// The last part of a path, without its extension.
std::string stem_of(const std::string& file) { return fs::path(file).stem().string(); }

/// "gpt-4", or "fl_replies gpt-4" where a file has several models.
std::string replay_name(const std::string& file, const std::string& model) {
  return model.empty() ? stem_of(file) : stem_of(file) + " " + model;
}

void add_model_column(CompareCommand& command, const ModelColumn& model, const std::string& name) {
  if (command.models.emplace(name, model).second)
    command.request.columns.push_back({name, "llm", model.step ? model.step->refine : 0});
}

void add_model_columns(CompareCommand& command, const ModelColumn& base, const std::string& name) {
  for (const double temperature : command.llm.temperatures) {
    ModelColumn model = base;
    model.temperature = temperature;
    const std::string asked = fmt::format("{} at {}, ", name, temperature);
    if (!command.ablation) {
      add_model_column(command, model,
                       asked + (command.words.mode.empty() ? "paper" : command.words.mode));
      continue;
    }
    for (const PromptStep& step : ablation_steps()) {
      model.step = step;
      add_model_column(command, model, asked + step.name);
    }
  }
}

/// --ablation says itself how models are asked.
void check_ablation(const CompareCommand& command) {
  if (!command.ablation) return;
  if (command.task != "repair")
    throw support::InputError("--ablation: is about repair prompts",
                              "leave --task " + command.task + " out");
  if (command.llm.llms.empty() && command.replays.empty())
    throw support::InputError("--ablation: there is no model to ask",
                              "give --llm NAME:MODEL or --replay FILE");
  const bool parts_given = command.words.parts != prompts::to_string(prompts::AssistParts{});
  if (!command.words.mode.empty() || parts_given)
    throw support::InputError("--ablation: goes through the modes and parts itself",
                              "leave --mode and --assist-parts out");
}

}  // namespace

void finish_comparison(CompareCommand& command, const Resources& resources) {
  CompareRequest& request = command.request;
  check_ablation(command);
  find_programs(command, resources);
  read_budgets(command.budgets, request);
  read_analyses(command.neutrality, request);
  request.scores = *eval::parse_scores(command.scores);
  request.shard = parse_shard(command.shard);
  request.config_seeds = !command.no_config_seeds;
  for (const std::string& llm : command.llm.llms) add_model_columns(command, {llm, "", 0}, llm);
  for (const std::string& replay : command.replays)
    add_model_columns(command, {"", replay, 0}, replay_name(replay, command.llm.replay_model));
  for (const std::string& technique : command.techniques) {
    eval::make_repairer(technique);  // refuses what is none
    request.columns.push_back({technique, technique});
  }
  for (const std::string& localiser : request.localisers) parse_localiser(localiser);
  if (!request.localisers.empty() && command.task == "repair")
    throw support::InputError("--localisers: localisers repair nothing",
                              "add --task localise, or --task both");
  const bool localisers_alone = command.task == "localise" && !request.localisers.empty();
  if (request.columns.empty() && !localisers_alone)
    throw support::InputError("compare: nothing to compare",
                              "give --techniques random,guided, --llm NAME:MODEL or --replay FILE; "
                              "with --task localise, --localisers as well");
  if (command.task != "repair" && command.models.empty() && request.localisers.empty())
    throw support::InputError("--task " + command.task + ": searches do not localise",
                              "give --localisers NAMES, --llm NAME:MODEL or --replay FILE");
  if (!command.output.empty()) make_result_folder(command.output, "--output");
}

}  // namespace dlfix::agent
