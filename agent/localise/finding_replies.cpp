#include "agent/localise/finding_replies.h"

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using providers::ChatRequest;

void add_recording_notes(const Endpoint& endpoint, std::vector<std::string>& notes) {
  if (endpoint.recorded) {
    notes.emplace_back(endpoint.other_text
                           ? "recorded replies: they were given to another text of this program"
                           : "recorded replies");
  } else if (!endpoint.host.empty()) {
    notes.push_back("the program's text is sent to " + endpoint.host);
  }
  if (!endpoint.note.empty()) notes.push_back("recording: " + endpoint.note);
}

FindingReply mapped_reply(const Endpoint& endpoint, const ChatRequest& request,
                          const providers::Reply& reply, const mapping::Program& program,
                          mapping::AnswerMapper& mapper) {
  FindingReply result{
      endpoint.name, request.temperature.value_or(0), reply.outcome, reply.error, reply.text, {}};
  if (providers::is_answer(reply.outcome))
    result.mapped = mapping::map_reply(reply.text, program.model, mapper);
  return result;
}

std::string ask_once(const Asking& asking, const std::string& prompt) {
  const Endpoint& endpoint = asking.endpoints.front();
  ChatRequest request{endpoint.model, 0.0, {{"user", prompt}}, 0};
  const std::vector<ChatRequest> requests = {std::move(request)};
  const Answers answers =
      ask(endpoint, requests, asking.store, asking.cancel, {{"template", "classify_answers"}});
  const auto& reply = answers.replies.front();
  return providers::is_answer(reply.outcome) ? reply.text : "";
}

}  // namespace

mapping::VotedFindings FindingReplies::votes() const {
  std::vector<mapping::MappedReply> mapped;
  for (const auto& reply : replies) {
    if (!reply.mapped.answers.empty()) mapped.push_back(reply.mapped);
  }
  return mapping::count_votes(mapped);
}

FindingReplies ask_for_findings(const ComposedPrompt& prompt, const mapping::Program& program,
                                const Asking& asking, mapping::AnswerMapper& mapper) {
  asking.store.put_prompt(prompt.sha256, prompt.text);
  std::vector<std::vector<ChatRequest>> requests;
  for (const Endpoint& endpoint : asking.endpoints) {
    requests.push_back(independent_requests(endpoint, prompt.text, asking.llm));
  }
  const Provenance provenance = {{"prompt_sha256", prompt.sha256},
                                 {"template", prompt.template_name}};
  const auto answers = ask_all(asking.endpoints, requests, asking.store, asking.cancel, provenance);
  throw_when_all_failed(answers);

  FindingReplies result;
  result.notes = prompt.notes;
  for (std::size_t index = 0; index < asking.endpoints.size(); ++index) {
    const Endpoint& endpoint = asking.endpoints[index];
    add_recording_notes(endpoint, result.notes);
    result.notes.insert(result.notes.end(), answers[index].notes.begin(),
                        answers[index].notes.end());
    result.sent += answers[index].sent;
    result.stored += answers[index].stored;
    for (std::size_t number = 0; number < requests[index].size(); ++number) {
      const auto& reply = answers[index].replies[number];
      if (reply.outcome == providers::ReplyOutcome::kCancelled) continue;
      result.tokens += reply.usage.prompt_tokens + reply.usage.completion_tokens;
      result.replies.push_back(
          mapped_reply(endpoint, requests[index][number], reply, program, mapper));
    }
  }
  return result;
}

std::unique_ptr<mapping::AnswerMapper> make_mapper(const std::string& name, const Asking& asking) {
  if (name == "rules") return mapping::make_rules_mapper();
  if (asking.endpoints.empty() || asking.endpoints.front().recorded) {
    throw support::InputError("--mapper " + name + ": there is no model to ask",
                              "give --llm openai:MODEL, or take --mapper rules");
  }
  const auto ask_model = [asking](const std::string& prompt) { return ask_once(asking, prompt); };
  return name == "llm" ? mapping::make_llm_mapper(ask_model)
                       : mapping::make_hybrid_mapper(ask_model);
}

}  // namespace dlfix::agent
