// Any command: the prompt on its standard input, the reply on its standard output.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "providers/dialects/all.h"
#include "providers/json_fields.h"
#include "providers/reading.h"
#include "providers/spending.h"
#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::providers {
namespace {

constexpr const char* kNoTemperature =
    "a command chooses the temperature itself (it is told in DLFIX_TEMPERATURE)";

std::string prompt_of(const ChatRequest& request) {
  std::string prompt;
  for (const auto& message : request.messages)
    prompt += (prompt.empty() ? "" : "\n\n") + message.content;
  return prompt;
}

class CommandProvider : public Provider {
 public:
  explicit CommandProvider(Connection connection) : connection_(std::move(connection)) {}

  std::string dialect() const override { return "cmd"; }
  std::string base_url() const override { return "cmd:" + connection_.command; }
  void set_on_received(ReplyHandler handler) override { on_received_ = std::move(handler); }

  Reply read(Reply unread) const override {
    unread.text = without_thoughts(unread.raw);
    settle_outcome(unread, "", false, false);
    return unread;
  }

  void complete(std::span<const ChatRequest> requests, const std::atomic<bool>* cancel,
                const ReplyHandler& on_reply) override {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    const auto work = [&] {
      for (std::size_t index = next++; index < requests.size(); index = next++) {
        Reply reply = ask(requests[index], cancel);
        const std::lock_guard lock(mutex);
        if (reply.outcome == ReplyOutcome::kUnread) {
          if (on_received_) on_received_(index, reply);
          reply = read(std::move(reply));
        }
        on_reply(index, reply);
      }
    };
    const auto workers =
        std::clamp<std::size_t>(static_cast<std::size_t>(connection_.http.concurrency), 1,
                                std::max<std::size_t>(1, requests.size()));
    std::vector<std::jthread> threads;
    for (std::size_t worker = 0; worker < workers; ++worker) threads.emplace_back(work);
  }

 private:
  Reply ask(const ChatRequest& request, const std::atomic<bool>* cancel) {
    Reply reply;
    if (cancel != nullptr && cancel->load()) {
      reply.outcome = ReplyOutcome::kCancelled;
      reply.error = "interrupted";
      return reply;
    }
    Reservation reservation;
    if (!reserved(request, reservation)) {
      reply.outcome = ReplyOutcome::kOverBudget;
      reply.error = "not sent: " + connection_.spending->refusal();
      return reply;
    }
    reply = run(request, cancel);
    if (connection_.spending) {
      Reply counted = reply;
      counted.text = counted.raw;
      connection_.spending->settle(reservation,
                                   reply.outcome == ReplyOutcome::kUnread ? &counted : nullptr);
    }
    return reply;
  }

  bool reserved(const ChatRequest& request, Reservation& reservation) {
    if (!connection_.spending) return true;
    for (;;) {
      switch (connection_.spending->reserve(dialect(), request, reservation)) {
        case Spending::Decision::kGo:
          return true;
        case Spending::Decision::kNo:
          return false;
        case Spending::Decision::kWait:
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  }

  Reply run(const ChatRequest& request, const std::atomic<bool>* cancel) const {
    support::ProcessOptions options;
    options.arguments = {"/bin/sh", "-c", connection_.command};
    options.standard_input = prompt_of(request);
    options.timeout = connection_.http.timeout;
    options.output_limit = connection_.http.body_limit;
    options.cancel = cancel;
    options.environment["DLFIX_REPETITION"] = std::to_string(request.repetition);
    if (request.temperature)
      options.environment["DLFIX_TEMPERATURE"] = fmt::format("{}", *request.temperature);

    const auto start = std::chrono::steady_clock::now();
    Reply reply;
    reply.attempts = 1;
    support::ProcessResult result;
    try {
      result = support::run_process(options);
    } catch (const support::EnvironmentError& error) {
      reply.error = base_url() + ": " + error.what();
      return reply;
    }
    reply.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    describe(result, request, reply);
    return reply;
  }

  void describe(const support::ProcessResult& result, const ChatRequest& request,
                Reply& reply) const {
    if (result.cancelled) {
      reply.outcome = ReplyOutcome::kCancelled;
      reply.error = "interrupted";
      return;
    }
    if (result.timed_out || result.exit_code != 0) {
      const std::string said = valid_utf8(result.standard_error);
      reply.error = fmt::format(
          "{}: {}: {}", base_url(),
          result.timed_out ? "took too long" : fmt::format("exit code {}", result.exit_code),
          said.substr(said.size() > 300 ? said.size() - 300 : 0));
      return;
    }
    reply.outcome = ReplyOutcome::kUnread;
    reply.raw = valid_utf8(result.standard_output);
    reply.model = request.model;
    reply.temperature_applied = !request.temperature;
    if (request.temperature) reply.notes.emplace_back(kNoTemperature);
  }

  Connection connection_;
  ReplyHandler on_received_;
};

std::unique_ptr<Provider> make(const Connection& connection) {
  if (connection.command.empty())
    throw support::InputError("cmd: the command is missing", "--llm \"cmd:COMMAND\"");
  return std::make_unique<CommandProvider>(connection);
}

}  // namespace

Dialect command_dialect() {
  Dialect dialect;
  dialect.name = "cmd";
  dialect.summary = "any command: prompt on standard input, reply on standard output";
  dialect.framing = Dialect::Framing::kNone;
  dialect.local = true;
  dialect.make = make;
  return dialect;
}

}  // namespace dlfix::providers
