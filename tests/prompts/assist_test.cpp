#include "prompts/assist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trainer/support/errors.h"

namespace dlfix::prompts {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kTemplates = std::string(DLFIX_SOURCE_DIR) + "/prompts/templates";

AssistPrompt full() {
  AssistPrompt prompt;
  prompt.task = "classification problem";
  prompt.dataset = "MNIST dataset";
  prompt.goal = "increase the original accuracy";
  prompt.facts = {"10 classes"};
  prompt.code = number_lines("a = 1\n\nb = {a}\n");
  prompt.settings = {{"lr", "learning rate", "0.5", "line 3"}, {"act1", "", "", ""}};
  prompt.symptoms = {"the loss does not move"};
  prompt.findings = {"labels are scaled", "inputs are not"};
  prompt.own_findings = {"the rate is too high"};
  prompt.attempts = {{R"({"lr": 0.1})", "accuracy 0.5"}};
  return prompt;
}

TEST(AssistPrompt, ARepairPromptHasEveryPartInItsPlace) {
  const auto text = assist_prompt(kTemplates, PromptTask::kRepair, full());
  EXPECT_THAT(text, HasSubstr("a classification problem on the MNIST dataset. It runs"));
  EXPECT_THAT(text,
              HasSubstr("in order to increase the original accuracy.\n\nFacts:\n- 10 classes\n"
                        "\nMeasured when the program was trained as it is:\n"
                        "- the loss does not move\n"));
  EXPECT_THAT(text, HasSubstr("- labels are scaled\n- inputs are not\n"));
  EXPECT_THAT(text, HasSubstr("- the rate is too high\n"));
  EXPECT_THAT(text, HasSubstr("```python\n1 | a = 1\n2 |\n3 | b = {a}\n```\n"));
  EXPECT_THAT(text, HasSubstr("- lr: 0.5 (learning rate, line 3)\n- act1\n"));
  EXPECT_THAT(text, HasSubstr("- {\"lr\": 0.1} gave accuracy 0.5\n\nGive another answer"));
  EXPECT_THAT(text, Not(HasSubstr("[[")));
}

TEST(AssistPrompt, EmptyPartsLeaveNoTrace) {
  AssistPrompt prompt;
  prompt.task = "regression problem";
  prompt.goal = "decrease the original MAE";
  prompt.code = "x = 1";
  prompt.numbered = false;
  prompt.settings = {{"lr", "", "", ""}};
  const auto text = assist_prompt(kTemplates, PromptTask::kRepair, prompt);
  for (const char* word :
       {"Facts", "Measured", "checks", "review", "Tried", " on the ", "number before"})
    EXPECT_THAT(text, Not(HasSubstr(word)));
  EXPECT_THAT(text, HasSubstr("MAE.\n\n```python\nx = 1\n```\n\nSettings"));
}

TEST(AssistPrompt, ALocalisationPromptAsksForLayerAndLine) {
  auto prompt = full();
  const auto text = assist_prompt(kTemplates, PromptTask::kLocalise, prompt);
  EXPECT_THAT(text, HasSubstr("1. [layer 3, line 27]"));
  EXPECT_THAT(text, HasSubstr("- lr: 0.5"));
  EXPECT_THAT(text, Not(HasSubstr("the rate is too high")))
      << "its own findings are for the repair";
  prompt.settings.clear();
  EXPECT_THAT(assist_prompt(kTemplates, PromptTask::kLocalise, prompt),
              Not(HasSubstr("settings, as")));
}

TEST(AssistParts, AreReadAndWritten) {
  EXPECT_EQ(to_string(parse_assist_parts("all")), "all");
  EXPECT_EQ(to_string(parse_assist_parts("none")), "none");
  EXPECT_EQ(to_string(parse_assist_parts("tools,values")), "values,tools");
  EXPECT_EQ(to_string(parse_assist_parts("values,symptoms,tools,own,refine")), "all");
  for (const char* wrong : {"", "value", "values,", "all,values"})
    EXPECT_THROW(parse_assist_parts(wrong), support::InputError) << wrong;
}

TEST(NumberLines, KeepsColumnsInLine) {
  EXPECT_EQ(number_lines(""), "");
  EXPECT_EQ(number_lines("a"), "1 | a");
  EXPECT_EQ(number_lines("a\nb\n", 9), " 9 | a\n10 | b\n");
}

}  // namespace
}  // namespace dlfix::prompts
