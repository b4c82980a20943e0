#include "agent/llm/patch_replies.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "agent/llm/asking.h"
#include "mapping/program/edits.h"
#include "prompts/answer_schema.h"
#include "prompts/paper.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

/// "MNIST dataset" for a program that loads keras.datasets.mnist; empty when it cannot be said.
std::string inferred_dataset(const mapping::Program& program) {
  constexpr std::pair<std::string_view, std::string_view> kKnown[] = {
      {"fashion_mnist", "Fashion-MNIST dataset"},
      {"mnist", "MNIST dataset"},
      {"cifar100", "CIFAR-100 dataset"},
      {"cifar10", "CIFAR-10 dataset"},
      {"reuters", "Reuters newswire dataset"},
      {"imdb", "IMDB movie review dataset"},
      {"boston_housing", "Boston housing dataset"},
      {"load_digits", "handwritten digits dataset"},
      {"load_breast_cancer", "Breast Cancer Wisconsin dataset"},
      {"load_diabetes", "diabetes dataset"}};
  const auto sources = mapping::read_sources(program);
  for (const auto& [word, name] : kKnown)
    for (const auto& [path, text] : sources)
      if (text.find(word) != std::string::npos) return std::string(name);
  return "";
}

void add_recording_notes(PatchReplies& result, const Endpoint& endpoint) {
  if (endpoint.recorded)
    result.notes.emplace_back(
        endpoint.other_text
            ? "recorded replies: they were given to another text of this program, in the "
              "paper's prompt as sent"
            : "recorded replies");
  if (!endpoint.note.empty()) result.notes.push_back("recording: " + endpoint.note);
}

void add_answers(PatchReplies& result, const Endpoint& endpoint,
                 std::span<const providers::ChatRequest> requests, const Answers& answers,
                 const mapping::Program& program) {
  result.sent += answers.sent;
  result.stored += answers.stored;
  result.notes.insert(result.notes.end(), answers.notes.begin(), answers.notes.end());
  add_recording_notes(result, endpoint);
  for (std::size_t index = 0; index < requests.size(); ++index) {
    const providers::Reply& reply = answers.replies[index];
    if (reply.outcome == providers::ReplyOutcome::kCancelled) continue;
    result.prompt_tokens += reply.usage.prompt_tokens;
    result.completion_tokens += reply.usage.completion_tokens;
    result.replies.push_back(
        {endpoint.name, requests[index].temperature.value_or(0), reply,
         providers::is_answer(reply.outcome)
             ? mapping::read_config_patch(prompts::config_without_nulls(reply.text), program)
             : mapping::ConfigPatch{}});
  }
}

}  // namespace

std::vector<mapping::Config> PatchReplies::distinct_changes() const {
  std::vector<std::pair<mapping::Config, int>> counted;
  for (const auto& entry : replies) {
    if (!mapping::is_usable(entry.patch.outcome) || entry.patch.changes.empty()) continue;
    const auto same =
        std::ranges::find(counted, entry.patch.changes, &std::pair<mapping::Config, int>::first);
    if (same == counted.end()) {
      counted.emplace_back(entry.patch.changes, 1);
    } else {
      ++same->second;
    }
  }
  std::ranges::stable_sort(counted, std::greater<>(), &std::pair<mapping::Config, int>::second);
  std::vector<mapping::Config> configs;
  for (auto& [config, count] : counted) configs.push_back(std::move(config));
  return configs;
}

std::map<std::string, int> PatchReplies::outcomes() const {
  std::map<std::string, int> counts;
  for (const auto& entry : replies) {
    const bool answered = providers::is_answer(entry.reply.outcome);
    ++counts[std::string(answered ? mapping::to_string(entry.patch.outcome)
                                  : providers::to_string(entry.reply.outcome))];
  }
  return counts;
}

std::string repair_prompt(const PatchRequest& request, const LlmOptions& options) {
  const auto sources = mapping::read_sources(*request.program);
  const auto plan = mapping::plan_config_form(*request.program);
  const auto texts = mapping::apply_edits(sources, plan);
  const auto main_text = texts.find(request.program->path);

  prompts::PaperPrompt prompt;
  prompt.code = main_text != texts.end() ? main_text->second : sources.at(request.program->path);
  prompt.task = !options.task.empty()    ? options.task
                : request.classification ? "classification problem"
                                         : "regression problem";
  const std::string dataset =
      options.dataset.empty() ? inferred_dataset(*request.program) : options.dataset;
  if (!dataset.empty()) prompt.dataset = dataset;
  prompt.goal =
      !options.goal.empty()
          ? options.goal
          : fmt::format("{} the original {}", request.higher_is_better ? "increase" : "decrease",
                        request.metric);
  return prompts::paper_prompt(
      request.template_directory, prompts::PromptTask::kRepair,
      options.variant == "sent" ? prompts::Variant::kSent : prompts::Variant::kListing, prompt);
}

/// One per endpoint.
static std::vector<ComposedPrompt> prompts_of(const PatchRequest& request,
                                              const LlmOptions& options, std::size_t endpoints) {
  if (!request.prompts.empty()) return request.prompts;
  ComposedPrompt paper;
  paper.text = repair_prompt(request, options);
  paper.sha256 = support::sha256(paper.text);
  paper.template_name = "repair_" + options.variant;
  return std::vector<ComposedPrompt>(endpoints, paper);
}

PatchReplies ask_for_patches(const PatchRequest& request, const LlmOptions& options,
                             std::span<const Endpoint> endpoints, Store& store,
                             const std::atomic<bool>& cancel) {
  const std::vector<ComposedPrompt> prompts = prompts_of(request, options, endpoints.size());
  PatchReplies result;
  result.prompt = prompts.front().text;

  std::vector<std::vector<providers::ChatRequest>> requests;
  for (std::size_t index = 0; index < endpoints.size(); ++index) {
    store.put_prompt(prompts[index].sha256, prompts[index].text);
    requests.push_back(independent_requests(endpoints[index], prompts[index].text, options));
    for (auto& asked : requests.back()) asked.json_schema = prompts[index].json_schema;
  }
  const Provenance provenance = {{"template", prompts.front().template_name}};
  const auto answers = ask_all(endpoints, requests, store, cancel, provenance);
  throw_when_all_failed(answers);
  for (std::size_t index = 0; index < endpoints.size(); ++index)
    add_answers(result, endpoints[index], requests[index], answers[index], *request.program);
  return result;
}

}  // namespace dlfix::agent
