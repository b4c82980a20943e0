#include "agent/commands/compare_localisers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "agent/cli/interrupt.h"
#include "agent/commands/scratch_folder.h"
#include "agent/localise/deepfd_models.h"
#include "agent/workflows/watched_trainings.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr const char* kCombined = "combined";

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<std::string> fault_naming_tools() {
  std::vector<std::string> tools = combined_tools();
  tools.emplace_back(kCombined);
  return tools;
}

}  // namespace

std::vector<std::string> localiser_names() {
  std::vector<std::string> names;
  for (const std::string& tool : fault_naming_tools()) {
    names.push_back(tool);
    if (tool == kCombined) continue;
    for (const std::string& reading : eval::tool_readings())
      if (reading != "mended") names.push_back(tool + "-" + reading);
  }
  return names;
}

ComparedLocaliser parse_localiser(const std::string& name) {
  const auto names = localiser_names();
  if (std::ranges::find(names, name) == names.end())
    throw support::InputError("--localisers " + name + ": there is none of that name",
                              fmt::format("one of {}", fmt::join(names, ", ")));
  const auto dash = name.find('-');
  if (dash == std::string::npos) return {name};
  return {name.substr(0, dash), eval::parse_tool_reading(name.substr(dash + 1))};
}

bool watches_trainings(const ComparedLocaliser& localiser, bool dynamic) {
  return dynamic || (localiser.tool != kCombined && !is_static_tool(localiser.tool));
}

LocaliserRuns::LocaliserRuns(const LocaliserSetting& setting)
    : setting_(setting), known_(known_programs(setting.resources.home)) {}

/// A program of ours has a group, whose findings its own weights must not be counted on.
KnownProgram LocaliserRuns::known(const ComparedProgram& entry) const {
  KnownProgram known{entry.name, entry.name, ProgramRole::kFaulty, entry.program, {}, {}};
  for (const KnownProgram& ours : known_) {
    std::error_code none;
    if (std::filesystem::equivalent(ours.file, entry.program, none)) known.group = ours.group;
  }
  return known;
}

const eval::DeepFdModel* LocaliserRuns::deepfd(eval::ToolReading reading) {
  auto found = deepfd_.find(reading);
  if (found == deepfd_.end())
    found = deepfd_.emplace(reading, shipped_deepfd_model(setting_.resources, reading)).first;
  return &found->second;
}

const LocaliserRuns::Read& LocaliserRuns::read(const ComparedProgram& entry,
                                               const AskedProgram& asked,
                                               const std::string& scratch) {
  const auto [place, is_new] = programs_.try_emplace(entry.program);
  Read& read = place->second;
  if (!is_new) return read;
  const double start = now();
  try {
    read.captured = mapping::capture_program(asked.program, scratch, asked.probe);
  } catch (const support::Interrupted&) {
    throw;
  } catch (const support::Error& error) {
    read.problem = error.what();
  }
  read.seconds = now() - start;
  return read;
}

ToolAnswer LocaliserRuns::run(const std::string& column, const ComparedProgram& entry,
                              const AskedProgram& asked, const std::string& scratch) {
  const ComparedLocaliser localiser = parse_localiser(column);
  const Read& program = read(entry, asked, scratch);
  const bool watches = watches_trainings(localiser, setting_.dynamic);
  const bool combined = localiser.tool == kCombined;
  const JudgeOptions options{{localiser.tool},
                             localiser.reading,
                             true,
                             setting_.dynamic,
                             localiser.tool == "deepfd" ? deepfd(localiser.reading) : nullptr,
                             combined && watches ? deepfd(eval::ToolReading::kMended) : nullptr,
                             combined};
  const auto read_again = [&](const std::string&, bool run) {
    if (!run) return mapping::inspect_program(asked.program, asked.probe);
    if (!program.captured) throw support::InputError(program.problem);
    return *program.captured;
  };
  double in_trainings = 0;  // by the clock
  double of_trainings = 0;  // when each was made
  const auto watch = [&](const mapping::Program& whole, const RuleOptions& rules) {
    if (!trainer_) {
      workers_ = make_workers(setting_.resources, setting_.trainer, setting_.python);
      trainer_ =
          std::make_unique<CachingTrainer>(*workers_->trainer, setting_.store, workers_->family);
    }
    const ScratchFolder folder;
    Bench bench(*trainer_, setting_.reporter, interrupt_requested());
    const double start = now();
    auto watched =
        watch_trainings(whole, {rules, setting_.seeds, entry.profile}, folder.path(), bench);
    in_trainings += now() - start;
    of_trainings += bench.training_seconds();
    return watched;
  };
  const double start = now();
  const JudgedProgram judged = judge_program(known(entry), options, read_again,
                                             watches ? WatchKnownProgram(watch) : nullptr);
  ToolAnswer answer;
  const auto labels = judged.labels.find(localiser.tool);
  if (labels != judged.labels.end()) answer.labels = labels->second;
  const auto findings = judged.findings.find(localiser.tool);
  if (findings != judged.findings.end()) answer.findings = findings->second;
  answer.seconds = program.seconds + (now() - start - in_trainings) + of_trainings;
  answer.note = judged.note;
  return answer;
}

}  // namespace dlfix::agent
