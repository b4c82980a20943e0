#include "agent/llm/asking.h"

#include <fmt/format.h>
#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using providers::ChatRequest;
using providers::Reply;
using providers::ReplyOutcome;

/// Everything that one run of asking shares; the store and the progress are used by one thread at a
/// time.
struct Desk {
  Store& store;
  const std::atomic<bool>& cancel;
  const Provenance& provenance;
  const ReplyProgress& progress;
  int of = 0;
  std::mutex mutex = {};
  int done = 0;

  void count(int replies = 1) {
    done += replies;
    if (progress && replies > 0) progress(done, of);
  }
};

ReplyRecord record_of(const Endpoint& endpoint, const ChatRequest& request, const std::string& key,
                      const Provenance& provenance, const Reply& reply) {
  nlohmann::json asked = providers::to_json(request);
  asked["dialect"] = endpoint.provider->dialect();
  asked["base_url"] = endpoint.provider->base_url();
  if (provenance.is_object()) asked["provenance"] = provenance;
  return {key, endpoint.provider->dialect(), endpoint.model, std::move(asked),
          providers::to_json(reply)};
}

/// The answer that the store has for `key`, read now if it never was.
std::optional<Reply> stored_answer(const Endpoint& endpoint, Store& store, const std::string& key) {
  const auto record = store.reply(key);
  if (!record) return {};
  Reply reply = providers::reply_from_json(record->response);
  if (reply.outcome == ReplyOutcome::kUnread) {
    reply = endpoint.provider->read(std::move(reply));
    ReplyRecord read = *record;
    read.response = providers::to_json(reply);
    store.put_reply(read);
  }
  if (!providers::is_answer(reply.outcome)) return {};
  return reply;
}

void add_notes(const Endpoint& endpoint, Answers& answers) {
  const auto add = [&](const std::string& note) {
    if (std::ranges::find(answers.notes, note) == answers.notes.end())
      answers.notes.push_back(note);
  };
  for (const auto& reply : answers.replies) {
    if (!reply.temperature_applied)
      add(endpoint.name +
          ": refuses a temperature: its replies were drawn at its own, not at the one asked for");
    for (const auto& note : reply.notes) add(endpoint.name + ": " + note);
    if (reply.outcome == ReplyOutcome::kOverBudget) add(endpoint.name + ": " + reply.error);
    if (reply.final_for_run) add("stopped: " + reply.error);
  }
}

Answers ask_one(const Endpoint& endpoint, std::span<const ChatRequest> requests, Desk& desk) {
  Answers answers;
  answers.replies.resize(requests.size());
  std::vector<std::string> keys;
  std::vector<std::size_t> open;
  std::vector<ChatRequest> to_send;
  {
    const std::lock_guard lock(desk.mutex);
    for (std::size_t index = 0; index < requests.size(); ++index) {
      keys.push_back(providers::reply_key(endpoint.provider->dialect(),
                                          endpoint.provider->base_url(), requests[index]));
      if (auto stored =
              endpoint.recorded ? std::nullopt : stored_answer(endpoint, desk.store, keys.back())) {
        answers.replies[index] = std::move(*stored);
        ++answers.stored;
      } else {
        open.push_back(index);
        to_send.push_back(requests[index]);
      }
    }
    desk.count(answers.stored);
  }
  const auto keep = [&](std::size_t index, const Reply& reply) {
    desk.store.put_reply(record_of(endpoint, requests[index], keys[index], desk.provenance, reply));
  };
  endpoint.provider->set_on_received([&](std::size_t sent, const Reply& reply) {
    const std::lock_guard lock(desk.mutex);
    keep(open[sent], reply);
  });
  endpoint.provider->complete(to_send, &desk.cancel, [&](std::size_t sent, const Reply& reply) {
    const std::lock_guard lock(desk.mutex);
    answers.replies[open[sent]] = reply;
    answers.sent += reply.attempts;
    if (providers::is_answer(reply.outcome)) keep(open[sent], reply);
    desk.count();
  });
  endpoint.provider->set_on_received({});
  add_notes(endpoint, answers);
  return answers;
}

}  // namespace

std::vector<ChatRequest> independent_requests(const Endpoint& endpoint, const std::string& prompt,
                                              const LlmOptions& options) {
  std::vector<ChatRequest> requests;
  for (const double temperature : options.temperatures)
    for (int repetition = 0; repetition < options.replies; ++repetition) {
      ChatRequest request{endpoint.model, temperature, {{"user", prompt}}, repetition};
      request.max_output_tokens = options.max_output_tokens;
      requests.push_back(std::move(request));
    }
  return requests;
}

Answers ask(const Endpoint& endpoint, std::span<const ChatRequest> requests, Store& store,
            const std::atomic<bool>& cancel, const Provenance& provenance,
            const ReplyProgress& progress) {
  Desk desk{store, cancel, provenance, progress, static_cast<int>(requests.size())};
  return ask_one(endpoint, requests, desk);
}

std::vector<Answers> ask_all(std::span<const Endpoint> endpoints,
                             std::span<const std::vector<ChatRequest>> requests, Store& store,
                             const std::atomic<bool>& cancel, const Provenance& provenance,
                             const ReplyProgress& progress) {
  int all = 0;
  for (const auto& list : requests) all += static_cast<int>(list.size());
  Desk desk{store, cancel, provenance, progress, all};
  std::vector<Answers> answers(endpoints.size());
  std::vector<std::exception_ptr> errors(endpoints.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t index = 0; index < endpoints.size(); ++index)
      threads.emplace_back([&, index] {
        try {
          answers[index] = ask_one(endpoints[index], requests[index], desk);
        } catch (...) {
          errors[index] = std::current_exception();
        }
      });
  }
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
  return answers;
}

std::string announcement(const Endpoint& endpoint, std::span<const ChatRequest> requests) {
  if (endpoint.recorded || !endpoint.spending) return "";
  const auto& spending = *endpoint.spending;
  const auto estimate = spending.estimate(endpoint.provider->dialect(), requests);
  const std::string cost = estimate.usd ? fmt::format("about {:.4f} USD at the prices of {}",
                                                      *estimate.usd, spending.prices().date())
                                        : "cost unknown (no price in the table)";
  return fmt::format("{}: {} requests to {}, about {} tokens sent and {} received, {}",
                     endpoint.name, estimate.requests,
                     endpoint.host.empty() ? "a command" : endpoint.host, estimate.prompt_tokens,
                     estimate.reply_tokens, cost);
}

void Forecast::add(const Endpoint& endpoint, std::span<const ChatRequest> requests) {
  if (endpoint.recorded || !endpoint.spending) return;
  announcements.push_back(announcement(endpoint, requests));
  estimates.push_back(endpoint.spending->estimate(endpoint.provider->dialect(), requests));
}

void throw_when_all_failed(std::span<const Answers> answers) {
  const Reply* first = nullptr;
  for (const auto& one : answers)
    for (const auto& reply : one.replies) {
      if (providers::is_answer(reply.outcome) || reply.outcome == ReplyOutcome::kCancelled) return;
      if (first == nullptr) first = &reply;
    }
  if (first != nullptr)
    throw support::EnvironmentError("no reply: " + first->error,
                                    "without --llm the search needs no endpoint");
}

}  // namespace dlfix::agent
