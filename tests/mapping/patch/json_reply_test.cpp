#include "mapping/patch/json_reply.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace dlfix::mapping {
namespace {

using nlohmann::json;

json read(std::string_view reply) {
  const auto result = read_json_reply(reply);
  return result.object ? json(*result.object) : json();
}

TEST(JsonReply, StrictJsonIsReadAsItIs) {
  const auto result = read_json_reply(R"( {"lr": 0.001, "act1": "relu", "n": null, "b": true} )");
  EXPECT_TRUE(result.strict);
  EXPECT_TRUE(result.leniencies.empty());
  EXPECT_EQ(json(*result.object),
            (json{{"lr", 0.001}, {"act1", "relu"}, {"n", nullptr}, {"b", true}}));
}

TEST(JsonReply, ReadsWhatModelsWriteAndSaysHow) {
  const std::vector<std::tuple<std::string, json, std::string>> cases = {
      {"```json\n{\"lr\": 0.1}\n```", {{"lr", 0.1}}, "code fence"},
      {"Sure! Here it is:\n{\"lr\": 0.1}\nGood luck.", {{"lr", 0.1}}, "prose around"},
      {"{\"lr\": 0.1, // smaller\n \"epochs\": 5 # more\n /* x */}",
       {{"lr", 0.1}, {"epochs", 5}},
       "comment"},
      {"{\"lr\": 0.1,}", {{"lr", 0.1}}, "trailing comma"},
      {"{'lr': 0.1, 'act1': 'relu'}", {{"lr", 0.1}, {"act1", "relu"}}, "single quotes"},
      {"{\"a\": None, \"b\": True, \"c\": False}",
       {{"a", nullptr}, {"b", true}, {"c", false}},
       "Python literal"},
      {"{\u201clr\u201d: 0.1}", {{"lr", 0.1}}, "curly quotes"},
      {"{lr: 1e-3}", {{"lr", 1e-3}}, "key without quotes"},
      {"{\"lr\": 0.1/2, \"n\": 2 * 16}", {{"lr", 0.05}, {"n", 32}}, "arithmetic"},
      {"{\"k\": (3, 3)}", {{"k", {3, 3}}}, "Python tuple"},
      {"<think>{\"lr\": 9}</think>{\"lr\": 0.1}", {{"lr", 0.1}}, "thoughts removed"},
      {"First {\"a\": 1}, better: {\"a\": 2, \"b\": 3}", {{"a", 2}, {"b", 3}}, "several objects"},
      {"{\"a\": 1, \"a\": 2}", {{"a", 2}}, "duplicate key a"},
  };
  for (const auto& [text, expected, leniency] : cases) {
    const auto result = read_json_reply(text);
    ASSERT_TRUE(result.object) << text << ": " << result.problem;
    EXPECT_EQ(json(*result.object), expected) << text;
    EXPECT_FALSE(result.strict) << text;
    EXPECT_NE(std::ranges::find(result.leniencies, leniency), result.leniencies.end()) << text;
  }
}

TEST(JsonReply, KeepsNumbersAsTheyAreWritten) {
  const auto object = read("{\"i\": 64, \"f\": 64.0, \"e\": -1.5e-4, \"p\": +3, \"d\": .5}");
  EXPECT_TRUE(object["i"].is_number_integer());
  EXPECT_TRUE(object["f"].is_number_float());
  EXPECT_DOUBLE_EQ(object["e"].get<double>(), -1.5e-4);
  EXPECT_EQ(object["p"], 3);
  EXPECT_DOUBLE_EQ(object["d"].get<double>(), 0.5);
  EXPECT_TRUE(std::isnan(read("{\"x\": NaN}")["x"].get<double>()));
}

TEST(JsonReply, NeverCompletesWhatIsCutOff) {
  for (const char* text :
       {"{\"lr\": 0.1", "{\"lr\": ", "{\"lr\"", "{\"lr\": \"rel", "{\"a\": {\"b\": 1}"}) {
    const auto result = read_json_reply(text);
    EXPECT_FALSE(result.object) << text;
    EXPECT_TRUE(result.truncated) << text;
  }
}

TEST(JsonReply, NamesTheLineOfWhatItCannotRead) {
  const auto result = read_json_reply("{\"lr\": 0.1,\n \"act1\" \"relu\"}");
  EXPECT_FALSE(result.object);
  EXPECT_FALSE(result.truncated);
  EXPECT_EQ(result.problem, "line 2: expected ':' after act1");
  EXPECT_EQ(read_json_reply("I would use Adam.").problem, "no JSON object in the reply");
  EXPECT_FALSE(read_json_reply("{\"lr\": ...}").object);
  EXPECT_FALSE(read_json_reply("{\"lr\": 0.1x}").object);
}

/// A megabyte of hostile text ends quickly and without deep recursion.
TEST(JsonReply, HostileTextEndsInBoundedTime) {
  const std::size_t size = 1 << 20;
  std::string pairs;
  while (pairs.size() < size) pairs += "{}";
  std::string colons;
  while (colons.size() < size) colons += "{\"a\":";
  const std::vector<std::string> texts = {std::string(size, '{'),
                                          std::string(size, '['),
                                          "{\"a\":" + std::string(size, '['),
                                          std::string(size, '"'),
                                          "{\"" + std::string(size, 'x'),
                                          pairs,
                                          colons,
                                          std::string(size, '\xff'),
                                          "{" + std::string(size, '#'),
                                          "{\"a\": " + std::string(size, '9') + "}"};
  for (const auto& text : texts) {
    const auto start = std::chrono::steady_clock::now();
    read_json_reply(text);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    EXPECT_LT(seconds, 2.0) << text.substr(0, 20);
  }
}

TEST(JsonReply, ArithmeticGoesFromLeftToRightAndIsBounded) {
  EXPECT_EQ(read_json_reply(R"({"a": 8/2/2})").object->at("a"), 2);
  EXPECT_EQ(read_json_reply(R"({"a": 2 * 16})").object->at("a"), 32);
  std::string hostile = "{\"a\": 1";
  for (int factor = 0; factor < 300000; ++factor) hostile += "*1";
  EXPECT_EQ(read_json_reply(hostile + "}").object->at("a"), 1);
}

}  // namespace
}  // namespace dlfix::mapping
