// `dlfix-agent eval published DIR`
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/agent/commands/binary_fixture.h"
#include "tests/study_data.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;

using EvalPublished = BinaryFixture;

TEST_F(EvalPublished, AFolderWithoutTheStudyIsAnErrorThatNamesTheFile) {
  const auto result = run({"eval", "published", folder_.path()});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.standard_error, HasSubstr("faults.json"));
  EXPECT_TRUE(result.standard_output.empty());
  EXPECT_EQ(run({"eval", "published"}).exit_code, 2);
}

TEST_F(EvalPublished, WhatIsNoJsonIsNamed) {
  std::ofstream(folder_.file("faults.json")) << "{";
  const auto result = run({"eval", "published", folder_.path()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.standard_error, HasSubstr("faults.json"));
}

class EvalPublishedData : public BinaryFixture {};

TEST_F(EvalPublishedData, PrintsALineForEachTableAndTheSameAsJson) {
  const std::string study = (tests::study_data() / "benchmark").string();
  if (!std::filesystem::exists(study + "/paper_tables.json"))
    GTEST_SKIP() << study << " is not there: set DLFIX_SHARED";
  const auto text = run({"eval", "published", std::filesystem::absolute(study)});
  EXPECT_EQ(text.exit_code, 0) << text.standard_error;
  for (const char* line :
       {"Table 5 GPT-4: 66 of 66 cells equal\n", "Table 6 GPT-4: 66 of 66 cells equal\n",
        "Table 9 search columns: 177 of 180 cells equal\n", "Table 9 GPT-4: not recomputable: "}) {
    EXPECT_THAT(text.standard_output, HasSubstr(line));
  }
  const auto json = run({"eval", "published", std::filesystem::absolute(study), "--json"});
  EXPECT_EQ(json.exit_code, 0);
  const auto document = nlohmann::json::parse(json.standard_output);
  for (const auto& line : document.at("lines")) {
    EXPECT_THAT(text.standard_output, HasSubstr(line.at("name").get<std::string>() + ": "));
  }
  for (int table = 5; table <= 14; ++table)
    EXPECT_THAT(text.standard_output, HasSubstr("\nTable " + std::to_string(table)));
}

}  // namespace
}  // namespace dlfix::agent
