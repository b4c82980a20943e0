#include "prompts/paper.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "prompts/template.h"
#include "tests/study_data.h"
#include "trainer/support/errors.h"

namespace dlfix::prompts {
namespace {

const std::string kTemplates = std::string(DLFIX_SOURCE_DIR) + "/prompts/templates";
const std::string kCode = "model = Sequential()\n\nmodel.add(Dense({3}))\n";

// The expected texts are put together here from the lines of the listings and the scripts, not from
// the template files, so that one changed byte fails.
std::string localise_listing(const PaperPrompt& prompt) {
  return "The code below, delimited by triple backticks, is designed for a " + prompt.task +
         (prompt.dataset ? " trained on " + *prompt.dataset : "") + ". " +
         "There may be a number of faults in this code, such as incorrect neural network design "
         "or " +
         "hyperparameter selection, that cause the trained neural network to underperform. "
         "Please " +
         "review the code and decide whether or not there are faults that cause this neural "
         "network " +
         "to underperform when it is trained. Then provide the main reasons for the decision " +
         "numbered in decreasing order of importance (from most important to least).\n" +
         "Code:\n```" + prompt.code + "```\n";
}

std::string localise_sent(const PaperPrompt& prompt) {
  return "\nThe code below delimited, by triple backticks, is designed for a " + prompt.task +
         (prompt.dataset ? " trained on " + *prompt.dataset : "") + ".\n" +
         "There may be a number of faults in this code, such as incorrect neural network design or "
         "hyperparameter selection,\n"
         "that cause the trained neural network to underperform.\n"
         "Please review the code and decide whether or not there are faults that cause this neural "
         "network to underperform when it is trained.\n"
         "Then provide the main reasons for the decision numbered in decreasing order of "
         "importance "
         "(from most important to least).\n\n\nCode:\n```\n" +
         prompt.code + "```\n";
}

std::string repair_head(const PaperPrompt& prompt) {
  return "The following code is designed for a " + prompt.task +
         (prompt.dataset ? " trained on " + *prompt.dataset : "") +
         ". Please repair it in order to " + prompt.goal +
         ". The code repair consists of replacing one or more of the hyperparameters with an "
         "alternative value, currently represented in a \"config\" dictionary, in the form of ";
}

std::string repair_listing(const PaperPrompt& prompt) {
  return repair_head(prompt) +
         "config[\"PARAM\"]. Please only show me config values in a JSON format so that I can save "
         "it "
         "directly in a json file format. Give me only one solution.\n\nCode: " +
         prompt.code;
}

std::string repair_sent(const PaperPrompt& prompt) {
  return repair_head(prompt) +
         " config[\"PARAM\"] . Please only show me config values in a json format so that I can "
         "save it "
         "directly in a json file format. Give me only one solution.\nCode:\n" +
         "```python\n    model = Sequential()\n\n    model.add(Dense({3}))\n```\n    ";
}

void expect_all_four(const PaperPrompt& prompt) {
  EXPECT_EQ(paper_prompt(kTemplates, PromptTask::kLocalise, Variant::kListing, prompt),
            localise_listing(prompt));
  EXPECT_EQ(paper_prompt(kTemplates, PromptTask::kLocalise, Variant::kSent, prompt),
            localise_sent(prompt));
  EXPECT_EQ(paper_prompt(kTemplates, PromptTask::kRepair, Variant::kListing, prompt),
            repair_listing(prompt));
  EXPECT_EQ(paper_prompt(kTemplates, PromptTask::kRepair, Variant::kSent, prompt),
            repair_sent(prompt));
}

TEST(PaperPrompt, IsByteExactWithAndWithoutADataSet) {
  expect_all_four(
      {"classification problem", "MNIST dataset", "increase the original accuracy", kCode});
  expect_all_four({"regression problem", std::nullopt, "decrease the original MAE", kCode});
}

TEST(PaperPrompt, NamesTheTemplateThatCannotBeRead) {
  EXPECT_THROW(
      paper_prompt("/nowhere", PromptTask::kRepair, Variant::kListing, {"t", "d", "g", "c"}),
      support::EnvironmentError);
}

TEST(PaperPromptData, EveryPublishedWordingIsByteExact) {
  const std::string path = tests::study_data() / "benchmark/faults.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  int repair = 0;
  int localise = 0;
  const auto document = nlohmann::json::parse(std::ifstream(path));
  for (const auto& fault : document["faults"]) {
    const auto& wording = fault["wording"];
    if (wording["repair"].is_object()) {
      const auto& words = wording["repair"];
      expect_all_four({words["task"], words["dataset"], words["goal"], kCode});
      ++repair;
    }
    if (wording["fl"].is_object()) {
      expect_all_four({wording["fl"]["task_as_rendered"], wording["fl"]["dataset"], "", kCode});
      ++localise;
    }
  }
  EXPECT_EQ(localise, 22);
  EXPECT_EQ(repair, 30);
}

TEST(Template, LeavesBracesOfInsertedTextsAlone) {
  EXPECT_EQ(fill_template("a {x} {Y} {} {", {{"x", "{x}[[{y}]]"}}, "t"), "a {x}[[{y}]] {Y} {} {");
}

TEST(Template, IsStrictAboutNames) {
  EXPECT_THROW(fill_template("{x}", {}, "t"), support::InputError);
  EXPECT_THROW(fill_template("{x}", {{"x", ""}, {"y", ""}}, "t"), support::InputError);
  EXPECT_THROW(fill_template("[[{x}", {{"x", ""}}, "t"), support::InputError);
  EXPECT_EQ(fill_template("a[[ {x}]]b", {}, "t"), "ab");
}

}  // namespace
}  // namespace dlfix::prompts
