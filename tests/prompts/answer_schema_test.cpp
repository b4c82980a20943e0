#include "prompts/answer_schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dlfix::prompts {
namespace {

using nlohmann::json;

/// What strict structured output demands: every property required, none beside them, all the way
/// down.
void expect_strict(const json& schema) {
  if (schema.at("type") == "array") return expect_strict(schema.at("items"));
  if (schema.at("type") != "object") return;
  EXPECT_EQ(schema.at("additionalProperties"), false);
  EXPECT_EQ(schema.at("required").size(), schema.at("properties").size());
  for (const auto& [name, property] : schema.at("properties").items()) expect_strict(property);
}

TEST(AnswerSchema, IsStrict) {
  const auto findings = json::parse(findings_schema());
  expect_strict(findings);
  EXPECT_EQ(findings["properties"]["findings"]["items"]["required"],
            (json{"layer", "line", "fault", "fix"}));
  const auto config = json::parse(config_schema({{"lr", ValueKind::kNumber},
                                                 {"act1", ValueKind::kText},
                                                 {"epochs", ValueKind::kInteger},
                                                 {"reg1", ValueKind::kAny}}));
  expect_strict(config);
  EXPECT_EQ(config["properties"]["lr"]["type"], (json{"number", "null"}));
  EXPECT_EQ(config["properties"]["epochs"]["type"], (json{"integer", "null"}));
}

TEST(AnswerSchema, FindingsBecomeANumberedList) {
  EXPECT_EQ(findings_as_list(R"({"findings":[
      {"layer":3,"line":27,"fault":"Softmax on\none unit.","fix":"Use sigmoid."},
      {"layer":null,"line":null,"fault":"Rate too high.","fix":""}]})"),
            "1. [layer 3, line 27] Softmax on one unit. Fix: Use sigmoid.\n"
            "2. [training] Rate too high.\n");
  EXPECT_EQ(findings_as_list(R"({"findings":[]})"), "No fault.");
  EXPECT_EQ(findings_as_list(R"({"findings":[1, {"layer":"x"}]})"), "1. [training] \n");
  for (const char* other : {"1. [layer 1] text", "", "{\"lr\": 1}", "{\"findings\": 3}", "\xff{"})
    EXPECT_EQ(findings_as_list(other), other);
}

TEST(AnswerSchema, NullsOfAConfigAreTakenOut) {
  EXPECT_EQ(config_without_nulls(R"({"lr":0.1,"act1":null,"loss":"mse"})"),
            R"({"lr":0.1,"loss":"mse"})");
  EXPECT_EQ(config_without_nulls("{\n \"lr\": 1}"), "{\n \"lr\": 1}") << "nothing to take out";
  EXPECT_EQ(config_without_nulls("```json\n{}\n```"), "```json\n{}\n```");
  EXPECT_EQ(config_without_nulls(R"({"lr":null})"), "{}");
}

}  // namespace
}  // namespace dlfix::prompts
