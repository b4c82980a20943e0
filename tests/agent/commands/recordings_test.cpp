// `dlfix-agent recordings`
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>

#include "providers/recordings.h"
#include "tests/agent/commands/binary_fixture.h"
#include "tests/study_data.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kExamples = DLFIX_SOURCE_DIR "/data/recordings/examples.jsonl";

class RecordingsCommandTest : public BinaryFixture {
 protected:
  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_.file(name));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
};

TEST_F(RecordingsCommandTest, TheBundledExamplesAreMarkedEverywhere) {
  for (const auto& row : providers::read_recordings(kExamples))
    EXPECT_EQ(row.note, "hand-written example, not a model's reply");
  const auto listed = run({"recordings", "list", kExamples});
  EXPECT_EQ(listed.exit_code, 0) << listed.standard_error;
  EXPECT_THAT(listed.standard_output, HasSubstr("moons_slow"));
  EXPECT_THAT(listed.standard_output, HasSubstr("hand-written example, not a model's reply"));
  EXPECT_THAT(listed.standard_output, Not(HasSubstr("published")));
}

TEST_F(RecordingsCommandTest, WhatIsImportedIsListedAndExported) {
  const auto imported = run({"recordings", "import", kExamples, "--json"});
  EXPECT_EQ(imported.exit_code, 0) << imported.standard_output;
  EXPECT_EQ(nlohmann::json::parse(imported.standard_output)["added"], 40);
  const auto again = run({"recordings", "import", kExamples, "--json"});
  EXPECT_EQ(nlohmann::json::parse(again.standard_output)["known"], 40);
  const auto listed = run({"recordings", "list", "--task", "localise", "--json"});
  const auto groups = nlohmann::json::parse(listed.standard_output)["recordings"];
  ASSERT_EQ(groups.size(), 2U) << listed.standard_output;
  EXPECT_EQ(groups[0]["replies"], 10);
  EXPECT_EQ(run({"recordings", "export", "--output", "out.jsonl"}).exit_code, 0);
  EXPECT_EQ(providers::read_recordings(folder_.file("out.jsonl")).size(), 40U);
}

TEST_F(RecordingsCommandTest, NoKeyOfTheEnvironmentLeaves) {
  std::ofstream(folder_.file("in.jsonl"))
      << R"({"text":"echo canary-0123456789","prompt":"key = 'canary-0123456789'","model":"m"})"
      << "\n";
  environment_["SOME_API_KEY"] = "canary-0123456789";
  for (const auto& arguments :
       {std::vector<std::string>{"recordings", "import", "in.jsonl"},
        {"recordings", "export", "--output", "stored.jsonl"},
        {"recordings", "import", "in.jsonl", "--output", "converted.jsonl"}})
    EXPECT_EQ(run(arguments).exit_code, 0);
  for (const char* file : {"stored.jsonl", "converted.jsonl"}) {
    EXPECT_THAT(text_of(file), HasSubstr("[secret removed]"));
    EXPECT_THAT(text_of(file), Not(HasSubstr("canary")));
  }
}

TEST_F(RecordingsCommandTest, SaysWhatIsMissing) {
  EXPECT_THAT(run({"recordings", "list"}).standard_error, HasSubstr("there is no run store yet"));
  EXPECT_THAT(run({"recordings", "list", "gone.jsonl"}).standard_error,
              HasSubstr("gone.jsonl: there is no such file"));
  std::ofstream(folder_.file("bad.jsonl")) << "{}\n";
  const auto bad = run({"recordings", "import", "bad.jsonl"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.standard_error, HasSubstr("bad.jsonl:1: not a recorded reply"));
}

using RecordingsCommandDataTest = RecordingsCommandTest;

TEST_F(RecordingsCommandDataTest, ThePublishedLayoutsAreConverted) {
  const auto folder = tests::study_data() / "benchmark";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  const auto result = run({"recordings", "import", (folder / "repair_replies/gpt-4.jsonl").string(),
                           (folder / "fl_replies.jsonl").string(), "--output", "ours.jsonl"});
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  const auto rows = providers::read_recordings(folder_.file("ours.jsonl"));
  EXPECT_EQ(rows.size(), 610U);
  EXPECT_TRUE(providers::answers_another_text(rows));
}

}  // namespace
}  // namespace dlfix::agent
