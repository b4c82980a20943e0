// Every dialect against the protocol server, whole and streamed.
#include <gtest/gtest.h>

#include "providers/http_provider.h"
#include "tests/providers/protocol/scenarios.h"

namespace dlfix::providers {
namespace {

using tests::Scenarios;
using tests::WireServer;

constexpr const char* kKey = "sk-canary-7d1f0c55aa";

struct Variant {
  std::string dialect;
  bool stream = false;
  std::string api_version;
};

std::string name_of(const testing::TestParamInfo<Variant>& info) {
  std::string name = info.param.dialect + (info.param.api_version.empty() ? "" : "_classic") +
                     (info.param.stream ? "_stream" : "_whole");
  for (auto& letter : name)
    if (letter == '-') letter = '_';
  return name;
}

class ProviderDialect : public testing::TestWithParam<Variant> {
 protected:
  Connection connection() {
    Connection connection;
    connection.base_url = server_.url();
    const std::string dialect = GetParam().dialect;
    if (dialect.starts_with("openai") || dialect == "compatible") connection.base_url += "/v1";
    connection.key = Secret(kKey);
    connection.stream = GetParam().stream;
    connection.api_version = GetParam().api_version;
    connection.retry.retries = 3;
    return connection;
  }

  Reply ask(const std::string& model) {
    ChatRequest request{model, 0.5, {{"user", "repair this"}}, 0};
    return ask(request, connection());
  }

  static Reply ask(const ChatRequest& request, Connection connection) {
    Reply answer;
    int calls = 0;
    make_provider(*find_dialect(GetParam().dialect), std::move(connection))
        ->complete(std::span(&request, 1), nullptr, [&](std::size_t, const Reply& reply) {
          answer = reply;
          ++calls;
        });
    EXPECT_EQ(calls, 1);
    return answer;
  }
  nlohmann::json last_body() const { return nlohmann::json::parse(server_.requests().back().body); }

  WireServer server_{Scenarios()};
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const bool stream : {false, true}) {
    for (const char* dialect :
         {"openai", "openai-responses", "azure", "compatible", "anthropic", "ollama"})
      all.push_back({dialect, stream, ""});
    all.push_back({"azure", stream, "2024-10-21"});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, ProviderDialect, testing::ValuesIn(variants()), name_of);

TEST_P(ProviderDialect, ReadsTextModelUsageAndRequestId) {
  const Reply reply = ask("ok");
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  EXPECT_EQ(reply.text, Scenarios::kText);
  EXPECT_EQ(reply.model, tests::kModel);
  EXPECT_EQ(reply.request_id, "req-7");
  EXPECT_TRUE(reply.usage.known);
  EXPECT_EQ(reply.usage.prompt_tokens, 11);
  EXPECT_EQ(reply.usage.completion_tokens, 7);
  EXPECT_EQ(reply.attempts, 1);
  EXPECT_TRUE(reply.temperature_applied);
  EXPECT_FALSE(reply.raw.empty());
}

TEST_P(ProviderDialect, SendsTheKeyInTheVendorsHeaderAndTheTemperature) {
  ask("ok");
  const auto request = server_.requests().front();
  const std::string dialect = GetParam().dialect;
  const char* header = dialect == "anthropic" ? "x-api-key"
                       : dialect == "azure"   ? "api-key"
                                              : "authorization";
  ASSERT_TRUE(request.headers.contains(header));
  EXPECT_EQ(request.headers.at(header),
            std::string(header) == "authorization" ? std::string("Bearer ") + kKey : kKey);
  const auto body = last_body();
  EXPECT_EQ(dialect == "ollama" ? body["options"]["temperature"] : body["temperature"], 0.5);
  EXPECT_EQ(body.value("stream", false), GetParam().stream);
}

TEST_P(ProviderDialect, NamesEveryKindOfAnswer) {
  EXPECT_EQ(ask("fenced").text, std::string("```json\n") + Scenarios::kText + "\n```");
  EXPECT_EQ(ask("truncated").outcome, ReplyOutcome::kTruncated);
  EXPECT_EQ(ask("empty").outcome, ReplyOutcome::kEmpty);
  const Reply thoughtful = ask("thoughts");
  EXPECT_EQ(thoughtful.text, Scenarios::kText);
  EXPECT_FALSE(thoughtful.notes.empty());
  if (GetParam().dialect == "ollama") return;  // has neither refusals nor filters
  EXPECT_EQ(ask("refusal").outcome, ReplyOutcome::kRefused);
  if (GetParam().dialect == "anthropic") return;  // refuses, and filters nothing
  EXPECT_EQ(ask("filtered").outcome, ReplyOutcome::kContentFilter);
}

TEST_P(ProviderDialect, RetriesWhatIsWorthIt) {
  for (const char* model : {"retry-seconds", "retry-ms", "server-error", "overloaded", "loading",
                            "slow-down", "reset-once", "cut-once"}) {
    const Reply reply = ask(model);
    EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << model << ": " << reply.error;
    EXPECT_EQ(reply.attempts, 2) << model;
    EXPECT_EQ(reply.text, Scenarios::kText) << model;
  }
}

TEST_P(ProviderDialect, WaitsUntilTheDateOfRetryAfter) {
  if (GetParam().stream || GetParam().dialect != "openai") return;  // takes two seconds
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(ask("retry-date").outcome, ReplyOutcome::kOk);
  EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(800));
}

TEST_P(ProviderDialect, GivesUpAtOnceWhereNothingHelps) {
  for (const char* model : {"no-model", "too-large", "retry-never", "redirect", "page"}) {
    const Reply reply = ask(model);
    EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed) << model;
    EXPECT_EQ(reply.attempts, 1) << model;
    EXPECT_FALSE(reply.final_for_run) << model;
    EXPECT_NE(reply.error.find(server_.url()), std::string::npos) << reply.error;
  }
  EXPECT_NE(ask("no-model").error.find("model-a"), std::string::npos);
  const std::vector<std::string> final_models =
      GetParam().dialect == "ollama" ? std::vector<std::string>{"wrong-key"}
                                     : std::vector<std::string>{"quota", "credit", "wrong-key"};
  for (const auto& model : final_models) {
    const Reply reply = ask(model);
    EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed) << model;
    EXPECT_EQ(reply.attempts, 1) << model;
    EXPECT_TRUE(reply.final_for_run) << model;
  }
}

TEST_P(ProviderDialect, ARefusedTemperatureIsLeftOutAndTheReplySaysSo) {
  const Reply reply = ask("no-temperature");
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  EXPECT_FALSE(reply.temperature_applied);
  EXPECT_EQ(reply.attempts, 2);
  ASSERT_FALSE(reply.notes.empty());
  EXPECT_NE(reply.notes.front().find("temperature"), std::string::npos);
}

TEST_P(ProviderDialect, ARefusedSchemaIsLeftOutAndTheReplySaysSo) {
  ChatRequest request{"no-schema", 0.5, {{"user", "repair"}}, 0};
  request.json_schema = R"({"type":"object","properties":{}})";
  const Reply reply = ask(request, connection());
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  EXPECT_EQ(reply.attempts, 2);
  EXPECT_EQ(reply.notes.size(), 1U);
}

TEST_P(ProviderDialect, AnImpossibleTemperatureIsNotARefusedOne) {
  const Reply reply = ask("range");
  if (GetParam().dialect == "ollama") return;  // its errors have no code
  EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed);
  EXPECT_EQ(reply.attempts, 1);
}

TEST_P(ProviderDialect, BytesThatAreNoUtf8AreReplaced) {
  if (GetParam().stream) return;
  const Reply reply = ask("bad-utf8");
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  EXPECT_EQ(reply.text, "caf\xEF\xBF\xBD \xEF\xBF\xBD( ok");
  EXPECT_NO_THROW(to_json(reply).dump());
}

TEST_P(ProviderDialect, AStreamIsReadHoweverItIsSplitAndShownAsItComes) {
  if (!GetParam().stream) return;
  auto streaming = connection();
  std::string shown;
  streaming.on_text = [&](std::size_t, std::string_view text) { shown += text; };
  const Reply reply = ask({"split", 0.5, {{"user", "x"}}, 0}, std::move(streaming));
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  EXPECT_EQ(reply.text, Scenarios::kText);
  EXPECT_EQ(shown, Scenarios::kText);
}

TEST_P(ProviderDialect, ABrokenStreamThatWasShownIsSaid) {
  if (!GetParam().stream) return;
  auto streaming = connection();
  streaming.on_text = [](std::size_t, std::string_view) {};
  const Reply reply = ask({"cut-once", 0.5, {{"user", "x"}}, 0}, std::move(streaming));
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  ASSERT_EQ(reply.notes.size(), 1U);
  EXPECT_NE(reply.notes[0].find("another answer"), std::string::npos);
}

TEST_P(ProviderDialect, AnErrorInsideAStreamIsAnErrorLikeAnyOther) {
  if (!GetParam().stream) return;
  const Reply reply = ask("error-in-stream");
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  EXPECT_EQ(reply.attempts, 2);
}

TEST_P(ProviderDialect, AnAnswerThatWasKeptUnreadReadsTheSame) {
  const auto provider = make_provider(*find_dialect(GetParam().dialect), connection());
  Reply received, read;
  provider->set_on_received([&](std::size_t, const Reply& reply) { received = reply; });
  const ChatRequest request{"ok", 0.5, {{"user", "x"}}, 0};
  provider->complete(std::span(&request, 1), nullptr,
                     [&](std::size_t, const Reply& reply) { read = reply; });
  EXPECT_EQ(received.outcome, ReplyOutcome::kUnread);
  const Reply again = provider->read(reply_from_json(to_json(received)));
  EXPECT_EQ(to_json(again), to_json(read));
}

TEST_P(ProviderDialect, TheKeyIsInNoReply) {
  const Reply reply = ask("echo-key");
  EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed);
  EXPECT_EQ(to_json(reply).dump().find(kKey), std::string::npos);
  EXPECT_NE(reply.error.find("[key]"), std::string::npos) << reply.error;
}

}  // namespace
}  // namespace dlfix::providers
