// SARIF: what the standard's schema and code-scanning viewers ask for.
#include "agent/localise/sarif.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/agent/localise/findings.h"

namespace dlfix::agent {
namespace {

using ::testing::HasSubstr;
using json = nlohmann::ordered_json;

constexpr const char* kFile = "/repo/models/my model.py";

mapping::Program program() {
  mapping::Program program;
  program.path = kFile;
  trainer::LayerSpec dense;
  dense.class_name = "Dense";
  dense.attributes = {{"units", 3}, {"activation", "linear"}};
  dense.file = kFile;
  dense.line = 2;
  program.model.layers = {dense};
  mapping::Hyperparameter rate;
  rate.name = "lr";
  rate.kind = "learning_rate";
  rate.attribute = "learning_rate";
  rate.value = 9.0;
  rate.span = {kFile, {3, 14}, {3, 17}};
  program.hyperparameters = {rate};
  return program;
}

const std::map<std::string, std::string> kText = {
    {kFile, "import keras\nm.add(Dense(3))  # dlfix: ignore[WCI]\nm.compile(SGD(9.0))\n"}};

json document() {
  ToolReport checks{"checks", {}, 0};
  checks.found.findings = {finding_of("checks", "K04", "HLR"), finding_of("checks", "K03", "LCH")};
  checks.found.not_checked = {"K06: the data are not known"};
  ToolReport lint{"neuralint", {}, 0};
  lint.found.findings = {finding_of("neuralint", "f004", "WCI", {0})};
  ToolReport llm{"llm", {}, 0};
  llm.found.findings = {finding_of("llm", "7 of 10", "OCH")};
  const auto report =
      make_rule_report(program(), {checks, lint, llm}, eval::ToolReading::kMended, kText);
  return to_sarif(report, kText, "/repo");
}

const json* result_of(const json& document, const std::string& rule) {
  for (const auto& result : document["runs"][0]["results"]) {
    if (result["ruleId"] == rule) return &result;
  }
  return nullptr;
}

TEST(Sarif, HasWhatTheSchemaRequires) {
  const json sarif = document();
  EXPECT_EQ(sarif["version"], "2.1.0");
  EXPECT_THAT(sarif["$schema"].get<std::string>(), HasSubstr("sarif-schema-2.1.0.json"));
  ASSERT_EQ(sarif["runs"].size(), 1U);
  const json& driver = sarif["runs"][0]["tool"]["driver"];
  EXPECT_EQ(driver["name"], "dlfix-agent");
  std::set<std::string> ids;
  for (const auto& rule : driver["rules"]) {
    EXPECT_TRUE(ids.insert(rule["id"]).second) << rule["id"];
    EXPECT_FALSE(rule["shortDescription"]["text"].get<std::string>().empty());
  }
  EXPECT_TRUE(sarif["runs"][0]["invocations"][0]["executionSuccessful"].get<bool>());
  ASSERT_EQ(sarif["runs"][0]["results"].size(), 4U);
  for (const auto& result : sarif["runs"][0]["results"]) {
    EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
    EXPECT_EQ(driver["rules"][result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
    EXPECT_TRUE(result["level"] == "error" || result["level"] == "warning");
    EXPECT_TRUE(result["suppressions"].is_array()) << "on every result or on none";
    EXPECT_GE(result["rank"].get<double>(), 0);
    EXPECT_LE(result["rank"].get<double>(), 100);
    EXPECT_FALSE(result["locations"].empty());
  }
}

TEST(Sarif, PlacesAreUrisAndRegionsCountFromOne) {
  const json sarif = document();
  const json& place = (*result_of(sarif, "checks/K04"))["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "models/my%20model.py");
  EXPECT_EQ(place["artifactLocation"]["uriBaseId"], "SRCROOT");
  EXPECT_EQ(sarif["runs"][0]["originalUriBaseIds"]["SRCROOT"]["uri"], "file:///repo/");
  EXPECT_EQ(place["region"]["startLine"], 3);
  EXPECT_EQ(place["region"]["startColumn"], 15);
  EXPECT_EQ(place["region"]["endColumn"], 18);
  EXPECT_EQ(place["region"]["snippet"]["text"], "m.compile(SGD(9.0))");
  const json& whole = (*result_of(sarif, "checks/K03"))["locations"][0]["physicalLocation"];
  EXPECT_FALSE(whole.contains("region")) << "the program has no such place";
  EXPECT_EQ(sarif["runs"][0]["columnKind"], "unicodeCodePoints");
}

TEST(Sarif, ACommentSuppresses) {
  const json sarif = document();
  EXPECT_EQ((*result_of(sarif, "neuralint/f004"))["suppressions"],
            json::parse(R"([{"kind": "inSource"}])"));
  EXPECT_TRUE((*result_of(sarif, "checks/K04"))["suppressions"].empty());
}

TEST(Sarif, ExplainsRulesAndSaysWhatWasNotChecked) {
  const json sarif = document();
  const json& run = sarif["runs"][0];
  const auto index = (*result_of(sarif, "checks/K04"))["ruleIndex"].get<std::size_t>();
  const json& rule = run["tool"]["driver"]["rules"][index];
  EXPECT_THAT(rule["help"]["markdown"].get<std::string>(), HasSubstr("Wrong:\n\n```python"));
  EXPECT_EQ(rule["properties"]["explanation"], "dlfix-agent rules K04");
  const json& notes = run["invocations"][0]["toolExecutionNotifications"];
  EXPECT_EQ(notes[0]["level"], "note");
  EXPECT_THAT(notes[0]["message"]["text"].get<std::string>(),
              HasSubstr("checks did not check K06"));
  EXPECT_NE(result_of(sarif, "llm/OCH"), nullptr) << "a model's answer is of a rule of its type";
}

TEST(Sarif, PathsOutsideTheRootAreWhole) {
  EXPECT_EQ(uri_of("/elsewhere/a#b.py", "/repo"), "file:///elsewhere/a%23b.py");
  EXPECT_EQ(uri_of("/repo/a.py", "/repo"), "a.py");
  EXPECT_EQ(uri_of("/repository/a.py", "/repo"), "file:///repository/a.py");
}

}  // namespace
}  // namespace dlfix::agent
