#include "agent/commands/compare_models.h"

#include <algorithm>
#include <filesystem>

#include "agent/cli/interrupt.h"
#include "agent/llm/asking.h"
#include "agent/llm/connect.h"
#include "agent/prompting/wording.h"
#include "agent/settings/manifest.h"
#include "agent/workflows/metric_choice.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

LlmOptions column_options(const ModelSetting& setting, const ModelColumn& column,
                          const std::string& task) {
  LlmOptions llm = setting.llm;
  llm.llms.clear();
  if (!column.llm.empty()) llm.llms = {column.llm};
  llm.replay = column.replay;
  llm.replay_task = task;
  llm.temperatures = {column.temperature};
  return llm;
}

PromptOptions column_prompting(const ModelSetting& setting, const ModelColumn& column,
                               const Wording& wording, const std::vector<Endpoint>& endpoints) {
  PromptWords words = setting.words;
  if (column.step) {
    words.mode = column.step->mode;
    words.parts = column.step->parts;
    words.refine = column.step->refine;
  }
  if (words.mode.empty()) words.mode = "paper";
  return read_prompt_options(words, wording, std::ranges::any_of(endpoints, &Endpoint::other_text));
}

std::string program_stem(const std::string& program) {
  return std::filesystem::path(program).stem().string();
}

/// What a column asks about a program, ready to be sent.
struct FindingQuestion {
  LlmOptions llm;
  std::vector<Endpoint> endpoints;
  ComposedPrompt prompt;
};

FindingQuestion finding_question(const ModelSetting& setting, const ModelColumn& column,
                                 const AskedProgram& asked, const mapping::Program& program) {
  LlmOptions llm = column_options(setting, column, "localise");
  Wording wording;
  if (const auto manifest = find_manifest(asked.program)) {
    for (const auto& name : {manifest->fl_id, manifest->id})
      if (!name.empty()) llm.known_subjects.push_back(name);
    wording = manifest->localisation;
  }
  llm.known_subjects.push_back(program_stem(asked.program));
  auto endpoints = open_endpoints(llm, process_environment());
  PromptRequest request;
  request.program = &program;
  request.task = prompts::PromptTask::kLocalise;
  request.options = column_prompting(setting, column, wording, endpoints);
  request.model = endpoints.front().model;
  request.problem = problem_of(program);
  request.metric = choose_metric(program, request.problem.kind, "").name;
  request.prompts_directory = setting.prompts_directory;
  request.probe = asked.probe;
  ComposedPrompt prompt = compose_prompt(request);
  return {std::move(llm), std::move(endpoints), std::move(prompt)};
}

}  // namespace

std::unique_ptr<PatchSource> open_patches(const ModelSetting& setting, const ModelColumn& column,
                                          const AskedProgram& asked) {
  LlmOptions llm = column_options(setting, column, "repair");
  Wording wording;
  if (const auto manifest = find_manifest(asked.program)) {
    llm.known_subjects = manifest->repair_subjects;
    llm.known_subjects.push_back(manifest->id);
    wording = manifest->repair;
  }
  llm.known_subjects.push_back(program_stem(asked.program));
  auto endpoints = open_endpoints(llm, process_environment());
  const PromptOptions prompting = column_prompting(setting, column, wording, endpoints);
  PatchSource::Setup setup{std::move(llm), prompting, setting.prompts_directory, asked.probe};
  return std::make_unique<PatchSource>(std::move(setup), std::move(endpoints), setting.store,
                                       interrupt_requested());
}

FindingReplies ask_findings(const ModelSetting& setting, const ModelColumn& column,
                            const AskedProgram& asked, const mapping::Program& program) {
  const FindingQuestion question = finding_question(setting, column, asked, program);
  const Asking asking{question.llm, question.endpoints, setting.store, interrupt_requested()};
  const auto mapper = make_mapper("rules", asking);
  return ask_for_findings(question.prompt, program, asking, *mapper);
}

Forecast foresee_findings(const ModelSetting& setting, const ModelColumn& column,
                          const AskedProgram& asked, const mapping::Program& program) {
  const FindingQuestion question = finding_question(setting, column, asked, program);
  Forecast forecast;
  for (const Endpoint& endpoint : question.endpoints)
    forecast.add(endpoint, independent_requests(endpoint, question.prompt.text, question.llm));
  return forecast;
}

KnownFaults known_faults_of(const ComparedProgram& entry, const AskedProgram& asked,
                            const mapping::Program& program) {
  std::vector<std::string> files;
  if (const auto manifest = find_manifest(entry.program)) {
    files.push_back(manifest->file);
  } else if (!entry.fix.empty()) {
    files.push_back(entry.fix);
  }
  if (files.empty())
    throw support::InputError(entry.name + ": what is wrong with it is not known",
                              "give its fixed program or config with --ground-truth");
  if (!entry.neutrality_file.empty()) files.push_back(entry.neutrality_file);
  return read_known_faults(program, files, [&](const std::string& file) {
    return mapping::inspect_program(file, asked.probe);
  });
}

}  // namespace dlfix::agent
