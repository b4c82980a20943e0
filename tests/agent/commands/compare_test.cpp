// `dlfix-agent compare`, as far as it needs no trainer.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/agent/commands/binary_fixture.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;

const std::string kSample = DLFIX_SOURCE_DIR "/data/programs/moons_slow.py";
const std::string kReplies = DLFIX_SOURCE_DIR "/data/recordings/examples.jsonl";

class CompareCommandTest : public BinaryFixture {
 protected:
  CompareCommandTest() { environment_["DLFIX_TRAINER"] = folder_.file("there is none"); }
  /// What is wrong, and the way out.
  void expect_refusal(std::vector<std::string> options, const std::string& what) {
    options.insert(options.begin(), {"compare", kSample});
    const auto refused = run(options);
    EXPECT_EQ(refused.exit_code, 2) << refused.standard_error;
    EXPECT_THAT(refused.standard_error, HasSubstr(what));
    EXPECT_THAT(refused.standard_error, HasSubstr("remedy: "));
  }
};

TEST_F(CompareCommandTest, LocalisingNeedsNoTrainer) {
  const auto compared = run({"compare", kSample, "--task", "localise", "--replay", kReplies,
                             "--output", "result", "--json"});
  ASSERT_EQ(compared.exit_code, 0) << compared.standard_error;
  const auto document = nlohmann::json::parse(compared.standard_output);
  const auto& fault = document["localisation"]["faults"]["moons_slow"];
  EXPECT_EQ(fault["faults"], "HLR");
  const auto& column = fault["columns"]["examples at 0, paper"];
  EXPECT_EQ(column["replies"].size(), 10U);
  EXPECT_GT(column["before"]["recall"], 0.5);
  EXPECT_TRUE(document["faults"].empty());
  for (const char* file : {"comparison.html", "comparison.json", "localisation.csv"})
    EXPECT_TRUE(std::filesystem::exists(folder_.file(std::string("result/") + file))) << file;
  EXPECT_FALSE(std::filesystem::exists(folder_.file("result/table.tex")));
}

TEST_F(CompareCommandTest, LocalisersStandBesideAModel) {
  const std::vector<std::string> command = {
      "compare",  kSample,  "--task", "localise", "--localisers", "neuralint-study,umlaut,combined",
      "--replay", kReplies, "--json"};
  const auto compared = run(command);
  ASSERT_EQ(compared.exit_code, 0) << compared.standard_error;
  auto document = nlohmann::json::parse(compared.standard_output);
  const auto& columns = document["localisation"]["faults"]["moons_slow"]["columns"];
  EXPECT_EQ(columns.size(), 4U);
  EXPECT_EQ(columns["combined"]["replies"].size(), 1U);
  EXPECT_EQ(columns["combined"]["replies"][0]["labels"], "HLR");
  EXPECT_EQ(columns["combined"]["before"]["f3"], 1.0);
  EXPECT_TRUE(columns.contains("neuralint-study"));
  EXPECT_GT(document["cost"]["localisation_seconds"]["umlaut"]["moons_slow"], 0);
  auto again = nlohmann::json::parse(run(command).standard_output);
  document.erase("cost");
  again.erase("cost");
  EXPECT_EQ(again, document);
}

TEST_F(CompareCommandTest, APlanOfLocalisingNeedsNoTrainerEither) {
  const auto planned =
      run({"compare", kSample, "--task", "localise", "--llm", "compatible:test-model", "--base-url",
           "http://127.0.0.1:1/v1", "--dry-run", "--json"});
  ASSERT_EQ(planned.exit_code, 0) << planned.standard_error;
  const auto document = nlohmann::json::parse(planned.standard_output);
  ASSERT_EQ(document["cells"].size(), 1U);
  EXPECT_EQ(document["cells"][0]["column"], "localise: compatible:test-model at 0, paper");
  EXPECT_EQ(document["requests"], 10);
  EXPECT_TRUE(document["usd"].is_null()) << "no price is known for it";
  EXPECT_EQ(document["trainings"], 0);
}

TEST_F(CompareCommandTest, ContradictoryOptionsAreRefused) {
  expect_refusal({}, "nothing to compare");
  expect_refusal({"--techniques", "randon"}, "\"randon\" is not known");
  expect_refusal({"--techniques", "random", "--task", "localise"}, "searches do not localise");
  expect_refusal({"--techniques", "random", "--localisers", "neuralint"}, "repair nothing");
  expect_refusal({"--task", "localise", "--localisers", "lint"}, "none of that name");
  expect_refusal({"--task", "localise", "--localisers", "combined-study"}, "none of that name");
  expect_refusal({"--techniques", "random", "--budget", "10,5m"}, "several budgets have one unit");
  expect_refusal({"--techniques", "random", "--budget", "1m,5m"}, "several budgets have one unit");
  expect_refusal({"--techniques", "random", "--shard", "4/3"}, "is no shard");
  expect_refusal({"--techniques", "random", "--faults", "D10"}, "D10: is no fault");
  expect_refusal({"--techniques", "random", "--ablation"}, "there is no model to ask");
  expect_refusal({"--replay", kReplies, "--ablation", "--mode", "paper"}, "parts itself");
  expect_refusal({"--replay", kReplies, "--ablation", "--assist-parts", "values"}, "parts itself");
  expect_refusal({"--replay", kReplies, "--ablation", "--task", "both"}, "about repair prompts");
  std::ofstream(folder_.file("other.json")) << "{}";
  expect_refusal({"--techniques", "random", "--neutrality", "other.json"},
                 "is no result of `neutrality`");
}

}  // namespace
}  // namespace dlfix::agent
