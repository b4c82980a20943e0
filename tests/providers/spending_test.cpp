#include "providers/spending.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "providers/http_provider.h"
#include "tests/providers/protocol/scenarios.h"
#include "trainer/support/errors.h"

namespace dlfix::providers {
namespace {

using tests::Scenarios;
using tests::WireServer;

class ProviderSpending : public testing::Test {
 protected:
  ProviderSpending() {
    std::string name = (std::filesystem::temp_directory_path() / "dlfix-prices-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ProviderSpending() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  PriceTable prices() const {
    return PriceTable::read({file(
        "p.json",
        R"({"date":"2026-01-01","prices":{"compatible":{"ok":{"input":1000,"output":2000}}}})")});
  }
  std::vector<Reply> ask(const std::shared_ptr<Spending>& spending, const std::string& model,
                         int count) {
    Connection connection;
    connection.base_url = server_.url() + "/v1";
    connection.spending = spending;
    connection.http.concurrency = 4;
    std::vector<ChatRequest> requests;
    for (int index = 0; index < count; ++index)
      requests.push_back({model, 0.5, {{"user", std::string(40, 'x')}}, index});
    std::vector<Reply> replies(requests.size());
    make_provider(*find_dialect("compatible"), std::move(connection))
        ->complete(requests, nullptr,
                   [&](std::size_t index, const Reply& reply) { replies[index] = reply; });
    return replies;
  }
  static std::ptrdiff_t count(const std::vector<Reply>& replies, ReplyOutcome outcome) {
    return std::ranges::count(replies, outcome, &Reply::outcome);
  }

  std::filesystem::path folder_;
  WireServer server_{Scenarios()};
};

TEST_F(ProviderSpending, PricesAreOfTheModelOrItsSnapshotsAndElseUnknown) {
  const auto table = PriceTable::read({DLFIX_SOURCE_DIR "/providers/prices.json"});
  EXPECT_FALSE(table.date().empty());
  EXPECT_EQ(table.find("openai", "gpt-4o-2024-08-06"), table.find("openai", "gpt-4o"));
  EXPECT_NE(table.find("openai", "gpt-4o-mini"), table.find("openai", "gpt-4o"));
  EXPECT_EQ(table.find("openai-responses", "gpt-4o"), table.find("openai", "gpt-4o"));
  EXPECT_FALSE(table.find("openai", "gpt-4o-realtime"));
  EXPECT_FALSE(table.find("compatible", "gpt-4o")) << "another host, another price";
  EXPECT_EQ(table.find("ollama", "llama3"), Price{});
}

TEST_F(ProviderSpending, TheUsersTableWinsModelByModel) {
  const auto first = file("a.json", R"({"date":"2026-01-01","prices":{"openai":{
      "a":{"input":1,"output":2},"b":{"input":3,"output":4}}}})");
  const auto second = file("b.json", R"({"date":"2026-02-01","prices":{"openai":{
      "a":{"input":5,"output":6}}}})");
  const auto table = PriceTable::read({first, second, (folder_ / "absent.json").string()});
  EXPECT_EQ(table.find("openai", "a"), (Price{5, 6}));
  EXPECT_EQ(table.find("openai", "b"), (Price{3, 4}));
  EXPECT_EQ(table.date(), "2026-02-01");
  EXPECT_THROW(PriceTable::read({file("c.json", "{}")}), support::InputError);
  EXPECT_THROW(
      PriceTable::read({file("d.json", R"({"prices":{"openai":{"a":{"input":"1","output":2}}}})")}),
      support::InputError);
}

TEST_F(ProviderSpending, CountsWhatTheEndpointSays) {
  const auto spending = std::make_shared<Spending>(SpendingLimits{}, prices());
  ask(spending, "ok", 3);
  const auto totals = spending->totals();
  EXPECT_EQ(totals.requests, 3);
  EXPECT_EQ(totals.prompt_tokens, 33);
  EXPECT_EQ(totals.completion_tokens, 21);
  EXPECT_DOUBLE_EQ(*totals.usd, 3 * (11 * 1000 + 7 * 2000) / 1e6);
  EXPECT_FALSE(totals.estimated);
}

TEST_F(ProviderSpending, AnUnknownPriceIsUnknownAndMissingUsageIsEstimated) {
  const auto spending = std::make_shared<Spending>(SpendingLimits{}, prices());
  ask(spending, "no-usage", 1);
  EXPECT_FALSE(spending->totals().usd);
  EXPECT_TRUE(spending->totals().estimated);
  EXPECT_GT(spending->totals().completion_tokens, 0);
}

TEST_F(ProviderSpending, RequestsStopAtTheCapRepeatedOnesIncluded) {
  const auto spending =
      std::make_shared<Spending>(SpendingLimits{.usd = {}, .tokens = {}, .requests = 5}, prices());
  const auto replies = ask(spending, "ok", 12);
  EXPECT_EQ(server_.served(), 5);
  EXPECT_EQ(count(replies, ReplyOutcome::kOk), 5);
  EXPECT_EQ(count(replies, ReplyOutcome::kOverBudget), 7);
  EXPECT_NE(replies.back().error.find("--max-requests 5"), std::string::npos)
      << replies.back().error;
}

TEST_F(ProviderSpending, TokensAndCostStayBelowTheirCaps) {
  for (const bool by_tokens : {true, false}) {
    SpendingLimits limits;
    if (by_tokens) limits.tokens = 2500;
    if (!by_tokens) limits.usd = 4.3;  // the first reply is reserved with 2,048 tokens: 4.1 USD
    const auto spending = std::make_shared<Spending>(limits, prices());
    const auto replies = ask(spending, "ok", 300);
    const auto totals = spending->totals();
    EXPECT_GT(count(replies, ReplyOutcome::kOk), 50) << by_tokens;
    EXPECT_GT(count(replies, ReplyOutcome::kOverBudget), 10) << by_tokens;
    EXPECT_LE(totals.prompt_tokens + totals.completion_tokens, by_tokens ? 2500 : 1'000'000);
    EXPECT_LE(*totals.usd, by_tokens ? 1000 : 4.3);
  }
}

TEST_F(ProviderSpending, AnnouncesWhatWillBeAsked) {
  const Spending spending({}, prices());
  const std::vector<ChatRequest> requests(3, {"ok", 0.5, {{"user", std::string(400, 'x')}}, 0});
  const auto estimate = spending.estimate("compatible", requests);
  EXPECT_EQ(estimate.requests, 3);
  EXPECT_EQ(estimate.prompt_tokens, 300);
  EXPECT_TRUE(estimate.usd);
  EXPECT_FALSE(spending.estimate("openai", requests).usd);
}

}  // namespace
}  // namespace dlfix::providers
