#include "agent/llm/patch_replies.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "agent/llm/asking.h"
#include "mapping/patch/program_reply.h"
#include "prompts/answer_schema.h"

namespace dlfix::agent {
namespace {

/// What a recording says of itself is told before anything is asked (PatchSource).
void add_recording_notes(PatchReplies& result, const Endpoint& endpoint) {
  if (!endpoint.recorded || !endpoint.note.empty()) return;
  result.notes.emplace_back(
      endpoint.other_text ? "recorded replies: they were given to another text of this program, in "
                            "the paper's prompt as sent"
                          : "recorded replies");
}

void add_answers(PatchReplies& result, const Endpoint& endpoint,
                 std::span<const providers::ChatRequest> requests, const Answers& answers,
                 const PatchRequest& request) {
  result.sent += answers.sent;
  result.stored += answers.stored;
  result.notes.insert(result.notes.end(), answers.notes.begin(), answers.notes.end());
  add_recording_notes(result, endpoint);
  for (std::size_t index = 0; index < requests.size(); ++index) {
    const providers::Reply& reply = answers.replies[index];
    if (reply.outcome == providers::ReplyOutcome::kCancelled) continue;
    result.prompt_tokens += reply.usage.prompt_tokens;
    result.completion_tokens += reply.usage.completion_tokens;
    result.replies.push_back({endpoint.name, requests[index].temperature.value_or(0), reply,
                              providers::is_answer(reply.outcome)
                                  ? mapping::read_patch(prompts::config_without_nulls(reply.text),
                                                        *request.program, request.probe)
                                  : mapping::ConfigPatch{}});
  }
}

std::string outcome_of(const PatchReply& entry) {
  return std::string(providers::is_answer(entry.reply.outcome)
                         ? mapping::to_string(entry.patch.outcome)
                         : providers::to_string(entry.reply.outcome));
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
  for (const auto& entry : replies) ++counts[outcome_of(entry)];
  return counts;
}

std::vector<ReplyResult> PatchReplies::results(int round) const {
  std::vector<ReplyResult> results;
  for (const auto& entry : replies) {
    ReplyResult result{entry.endpoint, entry.temperature, round};
    result.outcome = outcome_of(entry);
    result.reason =
        providers::is_answer(entry.reply.outcome) ? entry.patch.reason : entry.reply.error;
    result.repairs = entry.patch.repairs;
    if (mapping::is_usable(entry.patch.outcome)) result.config = entry.patch.changes;
    results.push_back(std::move(result));
  }
  return results;
}

PatchReplies ask_for_patches(const PatchRequest& request, const LlmOptions& options,
                             std::span<const Endpoint> endpoints, Store& store,
                             const std::atomic<bool>& cancel) {
  PatchReplies result;
  std::vector<std::vector<providers::ChatRequest>> requests;
  for (std::size_t index = 0; index < endpoints.size(); ++index) {
    const ComposedPrompt& prompt = request.prompts.at(index);
    store.put_prompt(prompt.sha256, prompt.text);
    requests.push_back(independent_requests(endpoints[index], prompt.text, options));
    for (auto& asked : requests.back()) asked.json_schema = prompt.json_schema;
  }
  const Provenance provenance = {{"template", request.prompts.at(0).template_name}};
  const auto answers = ask_all(endpoints, requests, store, cancel, provenance);
  throw_when_all_failed(answers);
  for (std::size_t index = 0; index < endpoints.size(); ++index)
    add_answers(result, endpoints[index], requests[index], answers[index], request);
  return result;
}

}  // namespace dlfix::agent
