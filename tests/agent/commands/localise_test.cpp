// localise, rules and eval localisation as a user runs them.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/agent/commands/binary_fixture.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class LocaliseTest : public BinaryFixture {
 protected:
  json document(const std::vector<std::string>& arguments) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.standard_error;
    return json::parse(result.standard_output, nullptr, false);
  }
};

TEST_F(LocaliseTest, MergesAllSourcesIntoOneRanking) {
  write_program(folder_, sample_text(90, "10.0"));
  const json found = document({"localise", "model.py", "--json"});
  const json* rate = nullptr;
  for (const json& finding : found["findings"]) {
    if (finding["fault_type"] == "HLR") rate = &finding;
  }
  ASSERT_NE(rate, nullptr) << found.dump(1);
  EXPECT_GE((*rate)["tools"], 2) << "UMLAUT and our checks say so";
  EXPECT_GT((*rate)["score"], 0.5);
  EXPECT_FALSE((*rate)["change"].get<std::string>().empty());
  EXPECT_THAT((*rate)["said"][0]["explanation"].get<std::string>(),
              HasSubstr("dlfix-agent rules "));
  EXPECT_THAT(run({"localise", "model.py"}).standard_output,
              HasSubstr("explained by: dlfix-agent rules"));
}

TEST_F(LocaliseTest, ANamedToolSpeaksForItself) {
  write_program(folder_, sample_text(90, "10.0"));
  const json found = document({"localise", "model.py", "--json", "--localisers", "umlaut"});
  EXPECT_EQ(found["tools"].size(), 1U);
  EXPECT_TRUE(found["unlikely"].empty()) << "nothing is held back";
}

TEST_F(LocaliseTest, AModelsAnswersAreMergedWithTheRules) {
  const std::string sample = DLFIX_SOURCE_DIR "/data/programs/moons_slow.py";
  const std::string replies = DLFIX_SOURCE_DIR "/data/recordings/examples.jsonl";
  const json found = document({"localise", sample, "--localisers", "combined,llm", "--replay",
                               replies + ":moons_slow", "--json"});
  const json& first = found["findings"][0];
  EXPECT_EQ(first["fault_type"], "HLR");
  std::set<std::string> tools;
  for (const json& said : first["said"]) tools.insert(said["tool"].get<std::string>());
  EXPECT_TRUE(tools.contains("llm") && tools.contains("checks")) << found.dump(1);
  const json sarif =
      document({"localise", sample, "--replay", replies + ":moons_slow", "--sarif", "-"});
  EXPECT_FALSE(sarif["runs"][0]["results"].empty()) << "SARIF is always of the merged findings";
}

TEST_F(LocaliseTest, WritesSarif) {
  write_program(folder_, sample_text(90, "10.0"));
  const auto result = run({"localise", "model.py", "--sarif", "out.sarif"});
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  EXPECT_THAT(result.standard_output, HasSubstr("HLR"));
  std::ifstream in(folder_.file("out.sarif"));
  const json sarif = json::parse(in);
  EXPECT_EQ(sarif["version"], "2.1.0");
  ASSERT_FALSE(sarif["runs"][0]["results"].empty());
  const json& place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "model.py");
  const json printed = document({"localise", "model.py", "--sarif", "-"});
  EXPECT_EQ(printed, sarif) << "-: that document and nothing else";
  EXPECT_EQ(run({"localise", "model.py", "--sarif", "none/out.sarif"}).exit_code, 3);
}

TEST_F(LocaliseTest, RulesAreListedAndExplained) {
  const auto list = run({"rules"});
  EXPECT_THAT(list.standard_output, HasSubstr("f004"));
  EXPECT_THAT(list.standard_output, HasSubstr("K15"));
  EXPECT_THAT(run({"rules", "--tool", "umlaut"}).standard_output, Not(HasSubstr("f004")));
  EXPECT_THAT(run({"rules", "H9"}).standard_output, HasSubstr("Right:\n"));
  EXPECT_EQ(document({"rules", "--json"})["rules"].size(), 94U);
  EXPECT_EQ(document({"rules", "f004", "--json"})["rules"][0]["fault_type"], "WCI");
  const auto unknown = run({"rules", "f999"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.standard_error, HasSubstr("there is no rule f999"));
}

TEST_F(LocaliseTest, EvaluatesOnTheBenchmark) {
  const json found = document({"eval", "localisation", "--programs", "D1,moons_slow", "--text-only",
                               "--json", "-q", "--learn", "weights.json"});
  const json& fault = found["techniques"]["combined"]["faults"]["D1"];
  EXPECT_THAT(fault["labels"].get<std::string>(), HasSubstr("ACH(7)"));
  EXPECT_EQ(fault["recall"], 1);
  EXPECT_EQ(found["techniques"]["neuralint"]["faults"]["D1"]["labels"], "LCH");
  EXPECT_TRUE(found["techniques"]["combined"]["mean"].contains("f3"));
  EXPECT_TRUE(found["best_constant"].contains("recall"));
  EXPECT_EQ(found["samples"]["combined"]["of"], 1);
  std::ifstream in(folder_.file("weights.json"));
  EXPECT_TRUE(json::parse(in)["groups"].contains("moons_slow"));
  EXPECT_EQ(run({"eval", "localisation", "--programs", "nothing"}).exit_code, 2);
}

}  // namespace
}  // namespace dlfix::agent
