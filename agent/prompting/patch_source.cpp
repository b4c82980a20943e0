#include "agent/prompting/patch_source.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "agent/llm/asking.h"
#include "agent/output/figures.h"
#include "agent/prompting/wording.h"
#include "mapping/findings/answer_list.h"
#include "prompts/answer_schema.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr std::size_t kMostOwnFindings = 10;
constexpr std::size_t kMostAttempts = 8;

std::vector<std::string> names_of(const eval::SearchSpace& space) {
  std::vector<std::string> names;
  for (const auto& dimension : space.dimensions) names.push_back(dimension.name);
  return names;
}

/// What training with a config gave, in words.
std::string result_words(const eval::RepairContext& context, const eval::TrialResult& result) {
  if (!result.failures.empty() && result.failures.size() >= result.values.size())
    return "a failed training: " + result.failures.front();
  return fmt::format("{} {} (as written {})", context.metric, figure(result.mean()),
                     figure(context.faulty.mean()));
}

/// The best configs so far, best first.
std::vector<prompts::Attempt> attempts_of(const eval::RepairContext& context,
                                          std::span<const eval::TrialResult> measured) {
  std::vector<const eval::TrialResult*> sorted;
  for (const auto& result : measured) sorted.push_back(&result);
  std::ranges::stable_sort(sorted, [&](const auto* left, const auto* right) {
    return context.higher_is_better ? left->mean() > right->mean() : left->mean() < right->mean();
  });
  if (sorted.size() > kMostAttempts) sorted.resize(kMostAttempts);
  std::vector<prompts::Attempt> attempts;
  for (const auto* result : sorted)
    attempts.push_back({nlohmann::json(result->changes).dump(), result_words(context, *result)});
  return attempts;
}

LlmOptions asked_once(LlmOptions llm) {
  llm.replies = 1;
  llm.temperatures.resize(1);
  return llm;
}

bool asks_for_own_findings(const PromptOptions& prompting) {
  return prompting.mode == PromptMode::kAssist && prompting.parts.own_findings;
}

/// Replies of the study or written by hand answer one question only.
bool answers_one_question(const Endpoint& endpoint) {
  return endpoint.recorded && (endpoint.other_text || !endpoint.note.empty());
}

}  // namespace

PatchSource::PatchSource(Setup setup, std::vector<Endpoint> endpoints, Store& store,
                         const std::atomic<bool>& cancel)
    : setup_(std::move(setup)),
      store_(store),
      cancel_(cancel),
      endpoints_(std::move(endpoints)),
      own_findings_(endpoints_.size()) {}

std::vector<mapping::Config> PatchSource::propose(const eval::RepairContext& context,
                                                  std::span<const eval::TrialResult> measured) {
  const bool first = round_ == 0;
  if (!first && (round_ > setup_.prompting.refine || measured.empty())) return {};
  if (first) {
    announce();
    review(context);
  }
  PatchRequest request;
  request.program = context.program;
  request.probe = setup_.probe;
  for (std::size_t index = 0; index < endpoints_.size(); ++index) {
    PromptRequest prompt = prompt_request(context, endpoints_[index]);
    prompt.own_findings = own_findings_[index];
    prompt.attempts = attempts_of(context, measured);
    request.prompts.push_back(compose_prompt(prompt));
    for (const auto& sentence : request.prompts.back().notes) note(sentence);
  }
  const PatchReplies replies = ask_for_patches(request, setup_.llm, endpoints_, store_, cancel_);
  keep(context, replies);
  ++round_;
  count(replies);
  return replies.distinct_changes();
}

/// What is known of a program before anything is trained.
PromptRequest PatchSource::base_request(const mapping::Program& program, const std::string& metric,
                                        const Endpoint& endpoint) const {
  PromptRequest request;
  request.program = &program;
  request.options = setup_.prompting;
  request.model = answers_one_question(endpoint) ? "" : endpoint.model;
  request.problem = problem_of(program);
  request.metric = metric;
  request.prompts_directory = setup_.prompts_directory;
  request.probe = setup_.probe;
  return request;
}

PromptRequest PatchSource::prompt_request(const eval::RepairContext& context,
                                          const Endpoint& endpoint) const {
  PromptRequest request = base_request(*context.program, context.metric, endpoint);
  request.symptoms = context.symptoms.sentences;
  request.findings = context.findings;
  request.settings = names_of(context.space);
  return request;
}

/// Each model's own answer to the localisation prompt, for its repair prompt.
void PatchSource::review(const eval::RepairContext& context) {
  if (!asks_for_own_findings(setup_.prompting)) return;
  for (std::size_t index = 0; index < endpoints_.size(); ++index) {
    if (answers_one_question(endpoints_[index])) continue;
    try {
      own_findings_[index] = own_findings(context, endpoints_[index]);
    } catch (const support::InputError& error) {
      // Recordings that lack this question serve the other one all the same.
      if (!endpoints_[index].recorded) throw;
      note(fmt::format("no recorded review of the program: {}", error.what()));
    }
  }
}

std::vector<std::string> PatchSource::own_findings(const eval::RepairContext& context,
                                                   const Endpoint& endpoint) {
  PromptRequest request = prompt_request(context, endpoint);
  request.task = prompts::PromptTask::kLocalise;
  const ComposedPrompt prompt = compose_prompt(request);
  store_.put_prompt(prompt.sha256, prompt.text);
  auto requests = independent_requests(endpoint, prompt.text, asked_once(setup_.llm));
  requests.front().json_schema = prompt.json_schema;
  const Answers answers =
      ask(endpoint, requests, store_, cancel_,
          {{"prompt_sha256", prompt.sha256}, {"template", prompt.template_name}});
  usage_.replies += answers.sent + answers.stored;
  usage_.stored += answers.stored;
  for (const auto& sentence : answers.notes) note(sentence);
  const providers::Reply& reply = answers.replies.front();
  usage_.tokens += reply.usage.prompt_tokens + reply.usage.completion_tokens;
  std::vector<std::string> findings;
  if (!providers::is_answer(reply.outcome)) {
    note(fmt::format("{}: gave no review of the program: {}", endpoint.name, reply.error));
    return findings;
  }
  for (auto& answer : mapping::read_answers(prompts::findings_as_list(reply.text)).answers)
    if (findings.size() < kMostOwnFindings) findings.push_back(std::move(answer.text));
  return findings;
}

void PatchSource::announce() {
  note("prompt: " + describe(setup_.prompting));
  for (const Endpoint& endpoint : endpoints_) {
    if (!endpoint.host.empty()) note("the program's text is sent to " + endpoint.host);
    if (!endpoint.note.empty()) note("recorded replies: " + endpoint.note);
    if (setup_.prompting.mode == PromptMode::kAssist && answers_one_question(endpoint))
      note("recorded replies answered one prompt: the parts of this one change nothing");
  }
}

void PatchSource::count(const PatchReplies& replies) {
  usage_.replies += replies.sent + replies.stored;
  usage_.stored += replies.stored;
  usage_.tokens += replies.prompt_tokens + replies.completion_tokens;
  const auto& spending = endpoints_.front().spending;
  usage_.usd = spending ? spending->totals().usd : 0;
  for (const auto& sentence : replies.notes) note(sentence);
}

/// With the config as the search tries it: names that may not change fall away.
void PatchSource::keep(const eval::RepairContext& context, const PatchReplies& replies) {
  for (ReplyResult result : replies.results(round_)) {
    std::erase_if(result.config,
                  [&](const auto& change) { return context.space.find(change.first) == nullptr; });
    replies_.push_back(std::move(result));
  }
}

/// Refinements are as long as the first round there, without what it measured.
std::vector<providers::ChatRequest> PatchSource::foreseen_requests(const mapping::Program& program,
                                                                   const std::string& metric,
                                                                   const Endpoint& endpoint) const {
  PromptRequest prompt = base_request(program, metric, endpoint);
  const auto round = independent_requests(endpoint, compose_prompt(prompt).text, setup_.llm);
  std::vector<providers::ChatRequest> requests;
  for (int i = 0; i <= setup_.prompting.refine; ++i)
    requests.insert(requests.end(), round.begin(), round.end());
  if (!asks_for_own_findings(setup_.prompting)) return requests;
  prompt.task = prompts::PromptTask::kLocalise;
  const auto review =
      independent_requests(endpoint, compose_prompt(prompt).text, asked_once(setup_.llm));
  requests.insert(requests.end(), review.begin(), review.end());
  return requests;
}

Forecast PatchSource::forecast(const mapping::Program& program, const std::string& metric) const {
  Forecast forecast;
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.recorded) continue;  // its prompts need not be composed
    forecast.add(endpoint, foreseen_requests(program, metric, endpoint));
  }
  return forecast;
}

void PatchSource::note(const std::string& sentence) {
  if (std::ranges::find(usage_.notes, sentence) == usage_.notes.end())
    usage_.notes.push_back(sentence);
}

std::string describe(const PromptOptions& options) {
  if (options.mode == PromptMode::kPaper)
    return options.variant == prompts::Variant::kSent ? "paper, sent" : "paper, listing";
  std::string words = "assist";
  if (const std::string parts = to_string(options.parts);
      parts != to_string(prompts::AssistParts{}))
    words += ", parts " + parts;
  if (options.refine > 0) words += fmt::format(", refined {} times", options.refine);
  return words;
}

}  // namespace dlfix::agent
