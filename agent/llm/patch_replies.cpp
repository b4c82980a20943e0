#include "agent/llm/patch_replies.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "mapping/program/edits.h"
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

/// Key and request of one repetition.
struct Question {
  providers::ChatRequest request;
  std::string key;
};

std::vector<Question> questions(const std::string& prompt, const LlmOptions& options,
                                const Endpoint& endpoint) {
  std::vector<Question> list;
  for (int repetition = 0; repetition < options.replies; ++repetition) {
    providers::ChatRequest request{
        endpoint.model, options.temperature, {{"user", prompt}}, repetition};
    const auto key =
        providers::reply_key(endpoint.provider->dialect(), endpoint.provider->base_url(), request);
    list.push_back({std::move(request), key});
  }
  return list;
}

bool worth_storing(const providers::Reply& reply) {
  return reply.outcome != providers::ReplyOutcome::kFailed &&
         reply.outcome != providers::ReplyOutcome::kCancelled;
}

void add_notes(PatchReplies& result, const LlmOptions& options, const Endpoint& endpoint) {
  const bool dropped = std::ranges::any_of(
      result.replies, [](const auto& entry) { return !entry.reply.temperature_applied; });
  if (dropped)
    result.notes.push_back(
        fmt::format("{} refuses a temperature: the replies were drawn at its own, not at {}",
                    endpoint.model, options.temperature));
  if (endpoint.recorded)
    result.notes.emplace_back(
        endpoint.other_text ? "recorded replies: they were given to another text of this program"
                            : "recorded replies");
  if (!endpoint.note.empty()) result.notes.push_back("recording: " + endpoint.note);
}

void throw_when_all_failed(const std::vector<providers::Reply>& replies) {
  const auto failed = [](const providers::Reply& reply) {
    return reply.outcome == providers::ReplyOutcome::kFailed;
  };
  if (replies.empty() || !std::ranges::all_of(replies, failed)) return;
  throw support::EnvironmentError("no reply: " + replies.front().error,
                                  "without --llm the search needs no endpoint");
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
    const bool answered = worth_storing(entry.reply);
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

PatchReplies ask_for_patches(const PatchRequest& request, const LlmOptions& options,
                             const Endpoint& endpoint, Store& store,
                             const std::atomic<bool>& cancel) {
  PatchReplies result;
  result.prompt = repair_prompt(request, options);
  store.put_prompt(support::sha256(result.prompt), result.prompt);

  const auto list = questions(result.prompt, options, endpoint);
  std::vector<providers::Reply> replies(list.size());
  std::vector<std::size_t> open;
  std::vector<providers::ChatRequest> to_send;
  for (std::size_t index = 0; index < list.size(); ++index) {
    if (const auto stored = endpoint.recorded ? std::nullopt : store.reply(list[index].key)) {
      replies[index] = providers::reply_from_json(stored->response);
      ++result.stored;
    } else {
      open.push_back(index);
      to_send.push_back(list[index].request);
    }
  }
  endpoint.provider->complete(
      to_send, &cancel, [&](std::size_t sent, const providers::Reply& reply) {
        const std::size_t index = open[sent];
        replies[index] = reply;
        result.sent += reply.attempts;
        if (worth_storing(reply))
          store.put_reply({list[index].key, endpoint.provider->dialect(), endpoint.model,
                           providers::to_json(list[index].request), providers::to_json(reply)});
      });
  throw_when_all_failed(replies);

  for (auto& reply : replies) {
    if (reply.outcome == providers::ReplyOutcome::kCancelled) continue;
    result.prompt_tokens += reply.usage.prompt_tokens;
    result.completion_tokens += reply.usage.completion_tokens;
    auto patch = worth_storing(reply) ? mapping::read_config_patch(reply.text, *request.program)
                                      : mapping::ConfigPatch{};
    result.replies.push_back({std::move(reply), std::move(patch)});
  }
  add_notes(result, options, endpoint);
  return result;
}

}  // namespace dlfix::agent
