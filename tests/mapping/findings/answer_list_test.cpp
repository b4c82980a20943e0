#include "mapping/findings/answer_list.h"

#include <gmock/gmock.h>

#include <ctime>

namespace dlfix::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> texts(std::string_view reply) {
  std::vector<std::string> list;
  for (const auto& answer : read_answers(reply).answers) list.push_back(answer.text);
  return list;
}

struct FormCase {
  const char* name;
  const char* reply;
  ListForm form;
};

class AnswerForms : public ::testing::TestWithParam<FormCase> {};

TEST_P(AnswerForms, GivesTheTwoAnswers) {
  const auto list = read_answers(GetParam().reply);
  EXPECT_EQ(list.form, GetParam().form) << to_string(list.form);
  ASSERT_EQ(list.answers.size(), 2U);
  EXPECT_THAT(list.answers[0].text, HasSubstr("rate is high"));
  EXPECT_THAT(list.answers[1].text, HasSubstr("few epochs"));
  EXPECT_THAT(list.answers[0].text, ::testing::Not(HasSubstr("few epochs")));
}

INSTANTIATE_TEST_SUITE_P(
    Lists, AnswerForms,
    ::testing::Values(
        FormCase{"dots", "Two faults.\n\n1. The rate is high.\n2. Too few epochs.",
                 ListForm::kNumbered},
        FormCase{"brackets", "1) The rate is high.\n2) Too few epochs.", ListForm::kNumbered},
        FormCase{"both_brackets", "(1) The rate is high.\n(2) Too few epochs.",
                 ListForm::kNumbered},
        FormCase{"colons", "1: The rate is high.\n2: Too few epochs.", ListForm::kNumbered},
        FormCase{"bold", "**1.** The rate is high.\n\n**2.** Too few epochs.", ListForm::kNumbered},
        FormCase{"bold_title", "**1. Rate**: The rate is high.\n**2. Time**: Too few epochs.",
                 ListForm::kNumbered},
        FormCase{"numbered_headings", "### 1. The rate is high\nbody\n### 2. Too few epochs\nbody",
                 ListForm::kNumbered},
        FormCase{"worded", "Issue 1: The rate is high.\nIssue #2 - Too few epochs.",
                 ListForm::kNumbered},
        FormCase{"all_ones", "1. The rate is high.\n1. Too few epochs.", ListForm::kNumbered},
        FormCase{"indented", "  1. The rate is high.\n  2. Too few epochs.", ListForm::kNumbered},
        FormCase{"carriage_returns", "1. The rate is high.\r\n2. Too few epochs.\r\n",
                 ListForm::kNumbered},
        FormCase{"bullets", "Faults:\n- The rate is high.\n- Too few epochs.", ListForm::kBullets},
        FormCase{"stars", "* The rate is high.\n* Too few epochs.", ListForm::kBullets},
        FormCase{"dots_unicode", "\u2022 The rate is high.\n\u2022 Too few epochs.",
                 ListForm::kBullets},
        FormCase{"headings", "## The rate is high\nbody\n## Too few epochs\nbody",
                 ListForm::kHeadings},
        FormCase{"bold_lines", "**The rate is high**\nbody\n\n**Too few epochs**\nbody",
                 ListForm::kHeadings},
        FormCase{"headings_with_bullets", "## The rate is high\n- a\n- b\n## Too few epochs\n- c",
                 ListForm::kHeadings},
        FormCase{"inline_text", "There are two: 1. the rate is high, 2. too few epochs.",
                 ListForm::kInline},
        FormCase{"inline_brackets", "Because (1) the rate is high and (2) too few epochs.",
                 ListForm::kInline},
        FormCase{"ordinals", "First, the rate is high. Second, too few epochs.",
                 ListForm::kOrdinals},
        FormCase{"json_texts", R"(["The rate is high.", "Too few epochs."])", ListForm::kJson},
        FormCase{"json_fenced",
                 "```json\n[{\"reason\": \"The rate is high.\"}, {\"reason\": \"Too few "
                 "epochs.\"}]\n```",
                 ListForm::kJson},
        FormCase{
            "json_object",
            R"({"faults": [{"id": 1, "text": "The rate is high."}, {"text": "Too few epochs."}]})",
            ListForm::kJson},
        FormCase{"json_numbers", R"({"1": "The rate is high.", "2": "Too few epochs."})",
                 ListForm::kJson},
        FormCase{"paragraphs", "The rate is high.\n\nToo few epochs.", ListForm::kParagraphs}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(AnswerList, NestedListsCodeAndParagraphsBelongToTheirItem) {
  const auto list = texts(
      "1. The rate is high:\n   1. it is 1.0\n   2. use 0.001\n\n   ```python\n1. not an item\n   "
      "```\n\n"
      "A further paragraph.\n2. Too few epochs.\n\nOverall, these faults matter.");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_THAT(list[0], HasSubstr("use 0.001"));
  EXPECT_THAT(list[0], HasSubstr("not an item"));
  EXPECT_THAT(list[0], HasSubstr("A further paragraph."));
  EXPECT_EQ(list[1], "Too few epochs.");
}

TEST(AnswerList, NumbersInsideAnswersAreNoItems) {
  EXPECT_THAT(texts("1. The inputs go up to\n255. This is high.\n2. The rate of\n0.1 is high."),
              ElementsAre("The inputs go up to\n255. This is high.", "The rate of\n0.1 is high."));
}

TEST(AnswerList, SpansGiveTheTextInTheReply) {
  const std::string reply = "Intro\n1. First answer.\n2. **Second** answer\nwith a line.\n";
  const auto list = read_answers(reply);
  ASSERT_EQ(list.answers.size(), 2U);
  for (const auto& answer : list.answers) {
    EXPECT_EQ(reply.substr(answer.begin, answer.end - answer.begin), answer.text);
  }
  EXPECT_EQ(list.answers[1].label, "2");
}

TEST(AnswerList, FindingsBySchemaKeepTheirPlace) {
  EXPECT_THAT(
      texts(R"({"findings": [{"layer": 3, "line": 27, "fault": "Too few units.", "fix": "Use 64."},
                      {"layer": null, "line": 31, "fault": "The rate is high.", "fix": ""}]})"),
      ElementsAre("[layer 3, line 27] Too few units. Use 64.", "[line 31] The rate is high."));
}

TEST(AnswerList, RepeatedAnswersAreFoldedAndCounted) {
  std::string reply;
  for (int number = 1; number <= 191; ++number) {
    reply += std::to_string(number) +
             (number % 2 == 0 ? ". The data is poor.\n" : ". The rate: is HIGH\n");
  }
  const auto list = read_answers(reply);
  EXPECT_EQ(list.items, 191);
  ASSERT_EQ(list.answers.size(), 2U);
  EXPECT_EQ(list.answers[0].repeats, 96);
  EXPECT_EQ(list.answers[1].repeats, 95);
}

TEST(AnswerList, ThoughtsAreNoAnswers) {
  const auto list = read_answers("<think>\n1. maybe the loss\n</think>\n1. The rate is high.");
  EXPECT_TRUE(list.thoughts_removed);
  ASSERT_EQ(list.answers.size(), 1U);
  EXPECT_EQ(list.answers[0].text, "The rate is high.");
  EXPECT_TRUE(read_answers("<think>\n1. never closed").answers.empty());
}

TEST(AnswerList, NothingGivesNothing) {
  for (const char* const reply : {"", "   \n\n", "```\n```", "1.", "<think></think>"}) {
    const auto list = read_answers(reply);
    for (const auto& answer : list.answers) EXPECT_FALSE(answer.text.empty()) << reply;
  }
  EXPECT_EQ(read_answers("").form, ListForm::kNone);
}

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  return text;
}

// A megabyte of anything: bounded in time and in what is kept.
TEST(AnswerList, HostileTextIsReadInTime) {
  constexpr std::size_t kMegabyte = 1 << 20;
  std::string counted;
  for (int number = 1; counted.size() < kMegabyte; ++number)
    counted += std::to_string(number) + ". x" + std::to_string(number) + "\n";
  const std::vector<std::string> replies = {repeated("[", kMegabyte),
                                            repeated("{\"a\":", kMegabyte),
                                            repeated("1.", kMegabyte),
                                            repeated("1. ", kMegabyte),
                                            repeated("1.\n", kMegabyte),
                                            repeated("\n", kMegabyte),
                                            repeated("a", kMegabyte),
                                            repeated("```\n", kMegabyte),
                                            repeated("\xff\xfe\x80", kMegabyte),
                                            repeated("- - - ", kMegabyte),
                                            repeated("**", kMegabyte),
                                            repeated("[\"a b\",", kMegabyte),
                                            repeated("First, ", kMegabyte),
                                            repeated("<think>", kMegabyte),
                                            std::string(kMegabyte, '\0'),
                                            counted};
  for (const auto& reply : replies) {
    const std::clock_t start = std::clock();
    const auto list = read_answers(reply);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    EXPECT_LT(seconds, 1.0) << reply.substr(0, 8);  // 0.02 s in a release build
    EXPECT_LE(list.answers.size(), static_cast<std::size_t>(kMostAnswers));
    for (const auto& answer : list.answers) EXPECT_LE(answer.text.size(), kLongestAnswer);
  }
}

}  // namespace
}  // namespace dlfix::mapping
