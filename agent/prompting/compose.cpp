#include "agent/prompting/compose.h"

#include <fmt/format.h>
#include <algorithm>

#include "agent/prompting/program_view.h"
#include "agent/prompting/settings_list.h"
#include "agent/prompting/wording.h"
#include "prompts/answer_schema.h"
#include "prompts/context.h"
#include "prompts/paper.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

using prompts::PromptTask;

bool is_paper(const PromptRequest& request) { return request.options.mode == PromptMode::kPaper; }
bool is_repair(const PromptRequest& request) { return request.task == PromptTask::kRepair; }

CodeForm code_form(const PromptRequest& request) {
  if (is_repair(request) && (is_paper(request) || !request.options.parts.values))
    return CodeForm::kConfig;
  return is_paper(request) || !request.options.parts.values ? CodeForm::kAsWritten
                                                            : CodeForm::kNumbered;
}

Wording wording_of(const PromptRequest& request) {
  return complete_wording(request.options.wording,
                          infer_wording(*request.program, request.problem, request.metric));
}

std::string templates(const PromptRequest& request) {
  return request.prompts_directory + "/templates";
}

std::string paper_text(const PromptRequest& request, const Wording& wording,
                       const std::string& code) {
  prompts::PaperPrompt prompt;
  prompt.task = wording.task;
  if (!wording.dataset.empty()) prompt.dataset = wording.dataset;
  prompt.goal = wording.goal;
  prompt.code = code;
  return prompts::paper_prompt(templates(request), request.task, request.options.variant, prompt);
}

std::vector<prompts::Setting> settings_of(const PromptRequest& request) {
  std::vector<prompts::Setting> settings;
  if (!is_repair(request) && !request.options.parts.values) return settings;
  for (const auto* setting : changeable(*request.program, request.settings))
    settings.push_back(request.options.parts.values
                           ? setting_with_value(*request.program, *setting)
                           : prompts::Setting{setting->name,
                                              describe_setting(*request.program, *setting), "",
                                              ""});
  return settings;
}

std::string assist_text(const PromptRequest& request, const Wording& wording,
                        const std::string& code) {
  const auto& parts = request.options.parts;
  prompts::AssistPrompt prompt;
  prompt.task = wording.task;
  if (!wording.dataset.empty()) prompt.dataset = wording.dataset;
  prompt.goal = wording.goal;
  prompt.facts = problem_facts(*request.program, request.problem, request.metric);
  prompt.code = code;
  prompt.numbered = code_form(request) == CodeForm::kNumbered;
  prompt.settings = settings_of(request);
  if (parts.symptoms) prompt.symptoms = request.symptoms;
  if (parts.findings) prompt.findings = request.findings;
  if (parts.own_findings) prompt.own_findings = request.own_findings;
  if (parts.refinement) prompt.attempts = request.attempts;
  return prompts::assist_prompt(templates(request), request.task, prompt);
}

std::string text_with(const PromptRequest& request, const Wording& wording,
                      const std::string& code) {
  return is_paper(request) ? paper_text(request, wording, code)
                           : assist_text(request, wording, code);
}

std::string schema_of(const PromptRequest& request) {
  if (is_paper(request)) return "";
  if (!is_repair(request)) return prompts::findings_schema();
  std::vector<prompts::AnswerKey> keys;
  for (const auto* setting : changeable(*request.program, request.settings))
    keys.push_back(answer_key(*setting));
  return prompts::config_schema(keys);
}

std::string template_name(const PromptRequest& request) {
  const std::string task = is_repair(request) ? "repair" : "localise";
  if (!is_paper(request)) return task + "_assist";
  return task + (request.options.variant == prompts::Variant::kSent ? "_sent" : "_listing");
}

std::optional<std::int64_t> limit_of(const PromptRequest& request) {
  if (request.options.context_limit > 0) return request.options.context_limit;
  if (request.model.empty()) return std::nullopt;
  return prompts::context_limit(
      prompts::read_context_limits(request.prompts_directory + "/context_limits.json"),
      request.model);
}

void set_text(ComposedPrompt& prompt, std::string text) {
  prompt.text = std::move(text);
  prompt.tokens = prompts::estimate_tokens(prompt.text);
}

bool fits(const ComposedPrompt& prompt) {
  return !prompt.limit || prompt.tokens <= prompts::prompt_room(*prompt.limit);
}

void shorten(const PromptRequest& request, const Wording& wording, ComposedPrompt& prompt) {
  const std::int64_t whole = prompt.tokens;
  const ProgramView view = sliced_program(*request.program, code_form(request), request.probe);
  set_text(prompt, text_with(request, wording, view.code));
  prompt.notes.push_back(fmt::format(
      "the program is too long for {} (about {} of {} tokens): the prompt shows what reaches fit, "
      "{} of {} lines are left out",
      request.model.empty() ? "the model" : request.model, whole, *prompt.limit, view.left_out,
      view.total));
  if (fits(prompt)) return;
  throw support::InputError(
      fmt::format(
          "{}: the prompt has about {} tokens even without what does not reach fit; {} takes "
          "{}, its answer included",
          request.program->path, prompt.tokens, request.model.empty() ? "the model" : request.model,
          *prompt.limit),
      "take a model with a longer context, or say --context-limit if it is longer than known");
}

}  // namespace

ComposedPrompt compose_prompt(const PromptRequest& request) {
  ComposedPrompt prompt;
  prompt.template_name = template_name(request);
  prompt.json_schema = schema_of(request);
  prompt.limit = limit_of(request);
  const Wording wording = wording_of(request);
  set_text(prompt,
           text_with(request, wording, whole_program(*request.program, code_form(request)).code));
  if (!fits(prompt)) shorten(request, wording, prompt);
  prompt.sha256 = support::sha256(prompt.text);
  return prompt;
}

std::string length_words(const ComposedPrompt& prompt, const std::string& model) {
  std::string words = fmt::format("about {} tokens (estimate)", prompt.tokens);
  if (prompt.limit)
    words += fmt::format(", of {} that {} takes with its answer", *prompt.limit,
                         model.empty() ? "the model" : model);
  else if (!model.empty())
    words += fmt::format("; how many {} takes is not known (--context-limit says it)", model);
  return words;
}

}  // namespace dlfix::agent
