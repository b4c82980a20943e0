#include "prompts/paper.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

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

using Expected = std::string (*)(const PaperPrompt&);

struct Case {
  const char* file;
  PromptTask task;
  Variant variant;
  Expected expected;
};
constexpr Case kCases[] = {
    {"localise_listing.txt", PromptTask::kLocalise, Variant::kListing, localise_listing},
    {"localise_sent.txt", PromptTask::kLocalise, Variant::kSent, localise_sent},
    {"repair_listing.txt", PromptTask::kRepair, Variant::kListing, repair_listing},
    {"repair_sent.txt", PromptTask::kRepair, Variant::kSent, repair_sent},
};

void expect_exact(PromptTask task, const PaperPrompt& prompt) {
  for (const Case& known : kCases) {
    if (known.task != task) continue;
    EXPECT_EQ(paper_prompt(kTemplates, task, known.variant, prompt), known.expected(prompt))
        << known.file;
  }
}

void expect_all_four(const PaperPrompt& prompt) {
  expect_exact(PromptTask::kLocalise, prompt);
  expect_exact(PromptTask::kRepair, prompt);
}

/// The template's prompt, or what is wrong with the template.
std::string filled(const std::string& directory, const Case& known, const PaperPrompt& prompt) {
  try {
    return paper_prompt(directory, known.task, known.variant, prompt);
  } catch (const support::InputError& error) {
    return error.what();
  }
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

TEST(PaperPrompt, OneChangedByteOfATemplateFails) {
  const std::filesystem::path copies = std::filesystem::path(testing::TempDir()) / "templates";
  const PaperPrompt prompt{"classification problem", "MNIST dataset", "increase it", kCode};
  std::filesystem::create_directories(copies);
  for (const Case& known : kCases) {
    std::ifstream in(kTemplates + "/" + known.file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ASSERT_FALSE(text.empty());
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      changed[at] = changed[at] == 'x' ? 'y' : 'x';
      std::ofstream(copies / known.file, std::ios::binary) << changed;
      EXPECT_NE(filled(copies, known, prompt), known.expected(prompt)) << known.file << " " << at;
    }
  }
}

TEST(PaperPromptData, EveryPublishedWordingIsByteExact) {
  const std::string path = tests::study_data() / "benchmark/faults.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  std::set<std::string> repairs;
  int localisations = 0;
  const auto document = nlohmann::json::parse(std::ifstream(path));
  for (const auto& fault : document["faults"]) {
    const auto& words = fault["wording"]["repair"];
    expect_exact(PromptTask::kRepair, {words["task"], words["dataset"], words["goal"], kCode});
    repairs.insert(words["prompt_id"]);
    const auto& seen = fault["wording"]["fl"];
    if (seen.is_null()) continue;
    expect_exact(PromptTask::kLocalise, {seen["task_as_rendered"], seen["dataset"], "", kCode});
    expect_exact(PromptTask::kLocalise, {seen["task"], seen["dataset"], "", kCode});
    ++localisations;
  }
  EXPECT_EQ(localisations, 22);
  EXPECT_EQ(repairs.size(), 13U);
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
