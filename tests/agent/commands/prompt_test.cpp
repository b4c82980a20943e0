// `dlfix-agent prompt`
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/agent/commands/binary_fixture.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

class PromptCommandTest : public BinaryFixture {
 protected:
  nlohmann::json document(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "prompt");
    arguments.emplace_back("--json");
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.standard_error << result.standard_output;
    return nlohmann::json::parse(result.standard_output);
  }
  std::string program_ = write_program(folder_, sample_text(90, "0.77"));
};

TEST_F(PromptCommandTest, PrintsTheTextAndNothingElseOnStandardOutput) {
  const auto text = run({"prompt", program_, "--mode", "paper"});
  EXPECT_EQ(text.exit_code, 0) << text.standard_error;
  EXPECT_THAT(text.standard_output, HasSubstr("The following code is designed for a "));
  EXPECT_THAT(text.standard_error, HasSubstr("repair_listing: about "));
  const auto json = document({program_, "--mode", "paper"});
  EXPECT_EQ(json["prompt"], text.standard_output);
  EXPECT_EQ(json["sha256"], support::sha256(text.standard_output));
  EXPECT_TRUE(json["answer_schema"].is_null());
}

TEST_F(PromptCommandTest, KnowsTasksModesAndVariants) {
  EXPECT_EQ(document({program_})["template"], "repair_assist");
  EXPECT_EQ(document({program_, "--task", "localise"})["template"], "localise_assist");
  const auto sent =
      document({program_, "--task", "localise", "--mode", "paper", "--variant", "sent"});
  EXPECT_EQ(sent["template"], "localise_sent");
  EXPECT_THAT(sent["prompt"].get<std::string>(), HasSubstr("\nThe code below delimited, by"));
  const auto limited = document({program_, "--llm", "openai:gpt-4"});
  EXPECT_EQ(limited["context_limit"], 8192);
  EXPECT_EQ(limited["tokens_are"], "estimate");
}

TEST_F(PromptCommandTest, WordsComeFromOptionsThenFromTheProjectsFileThenFromTheProgram) {
  std::ofstream(folder_.file(".dlfix.toml")) << "dataset = \"clouds dataset\"\ngoal = \"win\"\n";
  const std::string words = document(
      {program_, "--mode", "paper", "--goal", "lose", "--task-text", "ranking problem"})["prompt"];
  EXPECT_THAT(words, HasSubstr("for a ranking problem trained on clouds dataset. Please repair it "
                               "in order to lose."));
  const auto wrong = run({"prompt", program_, "--assist-parts", "vlues"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.standard_error, HasSubstr("symptoms"));
}

TEST_F(PromptCommandTest, RunningTheDataCodeAddsWhatTheDataSays) {
  const std::string plain = document({program_})["prompt"];
  const std::string captured = document({program_, "--run"})["prompt"];
  EXPECT_THAT(plain, Not(HasSubstr("trained on 60 rows")));
  EXPECT_THAT(captured, HasSubstr("trained on 60 rows"));
}

TEST_F(PromptCommandTest, ABenchmarkProgramHasTheStudysWords) {
  const std::string program = DLFIX_SOURCE_DIR "/data/benchmark/D7/faulty.py";
  EXPECT_THAT(
      document({program, "--mode", "paper"})["prompt"].get<std::string>(),
      HasSubstr("a regression problem trained on artificial dummy dataset. Please repair it "
                "in order to decrease the original MAE."));
}

TEST_F(PromptCommandTest, ALongProgramIsShortenedAloud) {
  std::string padding;
  for (int line = 0; line < 2000; ++line) padding += "print('filling the context, line by line')\n";
  write_program(folder_, padding + sample_text(90, "0.77"));
  const auto result = run({"prompt", program_, "--llm", "openai:gpt-4"});
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  EXPECT_THAT(result.standard_error, HasSubstr("2000 of 2015 lines are left out"));
  const auto refused = run({"prompt", program_, "--context-limit", "300"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.standard_error, HasSubstr("longer context"));
}

}  // namespace
}  // namespace dlfix::agent
