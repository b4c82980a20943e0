#include "providers/http_provider.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "providers/adjust.h"
#include "providers/api_error.h"
#include "providers/json_fields.h"
#include "providers/rate_limit.h"
#include "providers/reading.h"
#include "providers/spending.h"
#include "trainer/support/errors.h"

namespace dlfix::providers {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskAgain{20};
constexpr std::size_t kMostModelsNamed = 20;

/// How one request stands.
struct State {
  int attempts = 0;
  int failures = 0;
  bool done = false;
  bool over_budget = false;
  std::size_t shown = 0;  ///< bytes of broken streams that were shown
  Adjustments sent;
  Reservation reservation;
  std::unique_ptr<StreamReader> reader;
};

class HttpProvider : public Provider {
 public:
  HttpProvider(const Dialect& dialect, Connection connection)
      : dialect_(dialect),
        connection_(std::move(connection)),
        limiter_(connection_.http.concurrency) {}

  std::string dialect() const override { return std::string(dialect_.name); }
  std::string base_url() const override { return connection_.base_url; }
  void set_on_received(ReplyHandler handler) override { on_received_ = std::move(handler); }
  Reply read(Reply unread) const override {
    return read_reply(dialect_, connection_, std::move(unread));
  }

  void complete(std::span<const ChatRequest> requests, const std::atomic<bool>* cancel,
                const ReplyHandler& on_reply) override;

 private:
  struct Run {
    std::span<const ChatRequest> requests;
    const ReplyHandler& on_reply;
    std::vector<State> states;
    std::string final_error;  ///< further requests are pointless
  };

  HttpOptions options_for(Run& run, const std::atomic<bool>* cancel);
  std::optional<milliseconds> admit(Run& run, std::size_t index);
  std::string body_for(Run& run, std::size_t index);
  std::optional<milliseconds> handle(Run& run, std::size_t index, const HttpResponse& response);
  std::optional<milliseconds> handle_answer(Run& run, std::size_t index,
                                            const HttpResponse& response);
  std::optional<milliseconds> handle_failure(Run& run, std::size_t index,
                                             const HttpResponse& response, Reply reply);
  void answer(Run& run, std::size_t index, Reply reply);
  void refuse_impossible(Run& run);
  void finish_unsent(Run& run, const std::atomic<bool>* cancel);
  void settle(State& state, const Reply* reply);
  std::string known_models();

  const Dialect& dialect_;
  Connection connection_;
  RateLimiter limiter_;
  ReplyHandler on_received_;
  std::map<std::string, Adjustments> adjustments_;  ///< by model
  std::optional<std::string> models_;
  std::mt19937 random_{std::random_device{}()};
};

void HttpProvider::complete(std::span<const ChatRequest> requests, const std::atomic<bool>* cancel,
                            const ReplyHandler& on_reply) {
  Run run{requests, on_reply, std::vector<State>(requests.size()), ""};
  std::vector<HttpRequest> http;
  for (const auto& request : requests) http.push_back(dialect_.request(connection_, request, {}));
  refuse_impossible(run);
  const HttpOptions options = options_for(run, cancel);
  send_all(http, options, [&](std::size_t index, const HttpResponse& response) {
    return handle(run, index, response);
  });
  finish_unsent(run, cancel);
}

HttpOptions HttpProvider::options_for(Run& run, const std::atomic<bool>* cancel) {
  HttpOptions options = connection_.http;
  options.stopped = [cancel] { return cancel != nullptr && cancel->load(); };
  options.admit = [this, &run](std::size_t index) { return admit(run, index); };
  options.window = [this] { return limiter_.window(); };
  options.body_of = [this, &run](std::size_t index) { return body_for(run, index); };
  if (connection_.stream && connection_.on_text)
    options.on_data = [&run](std::size_t index, std::string_view bytes) {
      run.states[index].reader->feed(bytes);
    };
  return options;
}

/// Values that the vendor's own description excludes are not sent.
void HttpProvider::refuse_impossible(Run& run) {
  for (std::size_t index = 0; index < run.requests.size(); ++index) {
    const auto& temperature = run.requests[index].temperature;
    if (!temperature || (*temperature >= 0 && *temperature <= dialect_.highest_temperature))
      continue;
    Reply reply;
    reply.error = fmt::format("{}: temperature {} is not possible, only 0 to {}", dialect_.name,
                              *temperature, dialect_.highest_temperature);
    answer(run, index, std::move(reply));
  }
}

std::optional<milliseconds> HttpProvider::admit(Run& run, std::size_t index) {
  State& state = run.states[index];
  if (state.done || !run.final_error.empty()) return {};
  const ChatRequest& request = run.requests[index];
  const std::int64_t tokens = estimate_prompt_tokens(request);
  if (const auto wait = limiter_.wait(tokens, RateLimiter::Clock::now()); wait.count() > 0)
    return std::min(wait, milliseconds(100));
  if (connection_.spending) {
    switch (connection_.spending->reserve(dialect(), request, state.reservation)) {
      case Spending::Decision::kWait:
        return kAskAgain;
      case Spending::Decision::kNo:
        state.over_budget = true;
        return {};
      case Spending::Decision::kGo:
        break;
    }
  }
  limiter_.started(tokens);
  return milliseconds(0);
}

std::string HttpProvider::body_for(Run& run, std::size_t index) {
  State& state = run.states[index];
  state.sent = adjustments_[run.requests[index].model];
  if (connection_.stream && connection_.on_text)
    state.reader = std::make_unique<StreamReader>(
        dialect_, [this, index](std::string_view text) { connection_.on_text(index, text); });
  return dialect_.request(connection_, run.requests[index], state.sent).body;
}

std::optional<milliseconds> HttpProvider::handle(Run& run, std::size_t index,
                                                 const HttpResponse& response) {
  State& state = run.states[index];
  ++state.attempts;
  limiter_.answered(response, RateLimiter::Clock::now());
  if (response.status == 200) return handle_answer(run, index, response);
  settle(state, nullptr);
  if (const auto next = adjusted(read_api_error(response), run.requests[index], state.sent)) {
    adjustments_[run.requests[index].model] = *next;
    return milliseconds(0);
  }
  return handle_failure(run, index, response, failed_reply(connection_, response));
}

std::optional<milliseconds> HttpProvider::handle_answer(Run& run, std::size_t index,
                                                        const HttpResponse& response) {
  State& state = run.states[index];
  Reply unread = unread_reply(connection_, response, connection_.stream);
  unread.attempts = state.attempts;
  unread.temperature_applied = !state.sent.without_temperature;
  unread.notes = adjustment_notes(state.sent, run.requests[index]);
  if (on_received_) on_received_(index, unread);

  std::optional<HttpResponse> error;
  Reply reply = read_reply(dialect_, connection_, std::move(unread), &error);
  settle(state, &reply);
  if (error) return handle_failure(run, index, *error, std::move(reply));
  answer(run, index, std::move(reply));
  return {};
}

std::optional<milliseconds> HttpProvider::handle_failure(Run& run, std::size_t index,
                                                         const HttpResponse& response,
                                                         Reply reply) {
  State& state = run.states[index];
  ++state.failures;
  if (state.reader) state.shown += state.reader->shown();
  const double jitter = std::uniform_real_distribution<>(0, 1)(random_);
  const bool filtered = reply.outcome == ReplyOutcome::kContentFilter;
  if (!filtered && run.final_error.empty())
    if (const auto delay = retry_delay(response, state.failures, connection_.retry, jitter))
      return delay;
  reply.final_for_run = ends_the_run(response) || response.failure == HttpFailure::kTls ||
                        response.failure == HttpFailure::kUnusable;
  if (response.status == 404) reply.error += known_models();
  if (reply.final_for_run) run.final_error = reply.error;
  answer(run, index, std::move(reply));
  return {};
}

void HttpProvider::answer(Run& run, std::size_t index, Reply reply) {
  State& state = run.states[index];
  reply.attempts = state.attempts;
  reply.temperature_applied = !state.sent.without_temperature;
  if (state.shown > 0 && is_answer(reply.outcome))
    reply.notes.push_back(fmt::format(
        "a stream broke after {} bytes had been shown; this is another answer", state.shown));
  state.done = true;
  run.on_reply(index, reply);
}

void HttpProvider::settle(State& state, const Reply* reply) {
  if (connection_.spending) connection_.spending->settle(state.reservation, reply);
}

void HttpProvider::finish_unsent(Run& run, const std::atomic<bool>* cancel) {
  const bool cancelled = cancel != nullptr && cancel->load();
  for (std::size_t index = 0; index < run.states.size(); ++index) {
    const State& state = run.states[index];
    if (state.done) continue;
    Reply reply;
    reply.error = run.final_error;
    if (state.over_budget) {
      reply.outcome = ReplyOutcome::kOverBudget;
      reply.error = "not sent: " + connection_.spending->refusal();
    } else if (cancelled) {
      reply.outcome = ReplyOutcome::kCancelled;
      reply.error = "interrupted";
    }
    answer(run, index, std::move(reply));
  }
}

/// " Models there: ..." once per endpoint; empty when it does not tell.
std::string HttpProvider::known_models() {
  if (models_) return *models_;
  models_ = "";
  try {
    auto names = list_models(dialect_, connection_);
    const std::size_t all = names.size();
    names.resize(std::min(all, kMostModelsNamed));
    if (all > 0)
      models_ = fmt::format("; models there: {}{}", fmt::join(names, ", "),
                            all > names.size() ? ", ..." : "");
  } catch (const support::EnvironmentError&) {
    // The endpoint has no such list; the first error says enough.
  }
  return *models_;
}

}  // namespace

std::unique_ptr<Provider> make_http_provider(const Dialect& dialect, Connection connection) {
  return std::make_unique<HttpProvider>(dialect, std::move(connection));
}

std::vector<std::string> list_models(const Dialect& dialect, const Connection& connection) {
  const std::vector<HttpRequest> requests = {dialect.list_models(connection)};
  HttpOptions options;
  options.ca_file = connection.http.ca_file;
  options.timeout = milliseconds(10'000);
  HttpResponse received;
  send_all(requests, options, [&](std::size_t, const HttpResponse& response) {
    received = response;
    return std::optional<milliseconds>();
  });
  if (received.status != 200)
    throw support::EnvironmentError(
        redacted(connection, describe_failure(connection.base_url, received)));
  return dialect.read_models(parse_json(received.body));
}

}  // namespace dlfix::providers
