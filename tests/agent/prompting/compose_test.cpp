#include "agent/prompting/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/prompting/settings_list.h"
#include "agent/prompting/wording.h"
#include "prompts/context.h"
#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using prompts::PromptTask;
using testing::HasSubstr;
using testing::Not;

class ComposeTest : public testing::Test {
 protected:
  ComposeTest() { read(sample_text(90, "0.77")); }

  void read(const std::string& text) {
    program_ = mapping::inspect_program(write_program(folder_, text), standin_probe());
    request_.program = &program_;
    request_.problem = problem_of(program_);
    request_.prompts_directory = DLFIX_SOURCE_DIR "/prompts";
    request_.probe = standin_probe();
  }
  std::string text(PromptTask task, PromptMode mode) {
    request_.task = task;
    request_.options.mode = mode;
    return compose_prompt(request_).text;
  }

  TestFolder folder_;
  mapping::Program program_;
  PromptRequest request_;
};

TEST_F(ComposeTest, ThePapersRepairPromptShowsNamesAndNeverValues) {
  request_.findings = {"a finding"};
  request_.symptoms = {"a symptom"};
  const auto prompt = text(PromptTask::kRepair, PromptMode::kPaper);
  EXPECT_THAT(prompt, HasSubstr("is designed for a classification problem trained on randomly "
                                "generated dataset. Please repair it in order to increase the "
                                "original accuracy."));
  EXPECT_THAT(prompt, HasSubstr("config[\"lr\"]"));
  for (const char* word : {"0.77", "relu", "a finding", "a symptom", " | "})
    EXPECT_THAT(prompt, Not(HasSubstr(word)));
}

TEST_F(ComposeTest, ThePapersLocalisationPromptShowsTheProgramAsWritten) {
  const auto prompt = text(PromptTask::kLocalise, PromptMode::kPaper);
  EXPECT_THAT(prompt, HasSubstr("Code:\n```import numpy as np\n"));
  EXPECT_THAT(prompt, HasSubstr("learning_rate=0.77"));
  EXPECT_TRUE(compose_prompt(request_).json_schema.empty());
}

TEST_F(ComposeTest, AssistShowsValuesLinesSymptomsAndFindings) {
  request_.findings = {"line 3: a finding"};
  request_.symptoms = {"a symptom"};
  request_.own_findings = {"its own"};
  request_.options.parts.own_findings = true;
  request_.attempts = {{"{\"lr\": 0.1}", "accuracy 0.5"}};
  const auto prompt = text(PromptTask::kRepair, PromptMode::kAssist);
  for (const char* word : {"12 | model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.77),",
                           "- lr: 0.77 (learning rate, line 12)",
                           "- act1: \"relu\" (activation of layer 0 (Dense), line 9)", "a finding",
                           "a symptom", "its own", "{\"lr\": 0.1} gave accuracy 0.5"})
    EXPECT_THAT(prompt, HasSubstr(word));
  const auto schema = nlohmann::json::parse(compose_prompt(request_).json_schema);
  EXPECT_EQ(schema["properties"]["lr"]["type"], (nlohmann::json{"number", "null"}));
}

TEST_F(ComposeTest, EveryPartCanBeSwitchedOff) {
  request_.findings = {"FINDING"};
  request_.symptoms = {"SYMPTOM"};
  request_.own_findings = {"OWN"};
  request_.attempts = {{"ATTEMPT", "x"}};
  const std::map<std::string, std::string> words = {{"values", "0.77"},
                                                    {"symptoms", "SYMPTOM"},
                                                    {"tools", "FINDING"},
                                                    {"own", "OWN"},
                                                    {"refine", "ATTEMPT"}};
  for (const auto& [only, unused] : words) {
    request_.options.parts = prompts::parse_assist_parts(only);
    const auto prompt = text(PromptTask::kRepair, PromptMode::kAssist);
    for (const auto& [part, word] : words)
      EXPECT_EQ(prompt.find(word) != std::string::npos, part == only) << only << " " << part;
    EXPECT_THAT(prompt, HasSubstr(only == "values" ? "- lr: 0.77" : "- lr (learning rate)"));
  }
}

TEST_F(ComposeTest, OnlyWhatMayChangeIsListed) {
  request_.settings = {"lr"};
  const auto prompt = text(PromptTask::kRepair, PromptMode::kAssist);
  EXPECT_THAT(prompt, HasSubstr("- lr: 0.77"));
  EXPECT_THAT(prompt, Not(HasSubstr("- act1:")));
  EXPECT_EQ(changeable(program_, {"lr", "no_such"}).size(), 1U);
}

TEST_F(ComposeTest, AProgramThatIsTooLongIsShortenedAndThatIsSaid) {
  std::string padding;
  for (int line = 0; line < 2000; ++line) padding += "print('filling the context, line by line')\n";
  read(padding + sample_text(90, "0.77"));
  request_.model = "gpt-4";
  for (const auto mode : {PromptMode::kPaper, PromptMode::kAssist})
    for (const auto task : {PromptTask::kRepair, PromptTask::kLocalise}) {
      request_.options.mode = mode;
      request_.task = task;
      const auto prompt = compose_prompt(request_);
      EXPECT_THAT(prompt.text, Not(HasSubstr("filling")));
      EXPECT_THAT(prompt.text, HasSubstr("model.fit("));
      EXPECT_LE(prompt.tokens, prompts::prompt_room(8192));
      ASSERT_EQ(prompt.notes.size(), 1U);
      EXPECT_THAT(prompt.notes[0], HasSubstr("2000 of 2015 lines are left out"));
    }
  EXPECT_THAT(text(PromptTask::kLocalise, PromptMode::kAssist), HasSubstr("2012 | model.compile("))
      << "lines keep their numbers";
  request_.model = "gpt-4o";
  EXPECT_THAT(text(PromptTask::kLocalise, PromptMode::kPaper), HasSubstr("filling"));
}

TEST_F(ComposeTest, OneThatIsTooLongEvenSoIsRefused) {
  request_.options.context_limit = 300;
  EXPECT_THROW(text(PromptTask::kRepair, PromptMode::kAssist), support::InputError);
  request_.options.context_limit = 100'000;
  EXPECT_NO_THROW(text(PromptTask::kRepair, PromptMode::kAssist));
}

TEST_F(ComposeTest, SettingsOfANeighbouringFileAreShownUnderItsName) {
  write_program(folder_,
                "from tensorflow import keras\ndef build():\n    return keras.Sequential([\n"
                "        keras.layers.Dense(1, activation='tanh', input_shape=(4,))])\n",
                "nets.py");
  read(
      "import numpy as np\nfrom nets import build\nmodel = build()\n"
      "model.compile(optimizer='sgd', loss='mse')\nmodel.fit(np.zeros((9, 4)), np.zeros(9))\n");
  const auto prompt = text(PromptTask::kRepair, PromptMode::kPaper);
  EXPECT_THAT(prompt, HasSubstr("# nets.py\nfrom tensorflow import keras\ndef build():"));
  EXPECT_THAT(prompt, HasSubstr("config[\"act1\"]"));
  EXPECT_THAT(prompt, HasSubstr("# model.py\nimport numpy"));
}

}  // namespace
}  // namespace dlfix::agent
