#include <gmock/gmock.h>

#include "mapping/findings/classification.h"
#include "mapping/findings/mapper.h"
#include "tests/mapping/findings/sample_model.h"

namespace dlfix::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<Answer> answers(std::initializer_list<const char*> texts) {
  std::vector<Answer> list;
  for (const char* const text : texts) {
    Answer answer;
    answer.text = text;
    list.push_back(answer);
  }
  return list;
}

TEST(Classification, PromptHasCatalogueAndAnswers) {
  const auto prompt = classification_prompt(answers({"first\nline", "second"}));
  EXPECT_THAT(prompt, HasSubstr("HLR: Wrong learning rate."));
  EXPECT_THAT(prompt, HasSubstr("1. first line\n2. second\n"));
}

TEST(Classification, ReadsWhatModelsSend) {
  const auto codes = read_classification(
      "Sure!\n```json\n{\"1\": [\"HLR\", \"XYZ\"], \"2\": \"ACH\", \"3\": [], \"4\": [\"QQQ\"], "
      "\"9\": [\"HBS\"], \"x\": 1,}\n```",
      4);
  ASSERT_EQ(codes.size(), 3U);
  EXPECT_THAT(codes.at(0), ElementsAre("HLR"));
  EXPECT_THAT(codes.at(1), ElementsAre("ACH"));
  EXPECT_TRUE(codes.at(2).empty());
  EXPECT_TRUE(read_classification("no JSON", 3).empty());
}

TEST(LlmMapper, TakesTheModelsTypesAndResolvesTheRest) {
  std::string asked;
  const auto mapper = make_llm_mapper([&](const std::string& prompt) {
    asked = prompt;
    return std::string(R"({"1": ["ACH"]})");
  });
  const auto mapped =
      mapper->map(answers({"The output layer wants softmax.", "Too few epochs."}), sample_model());
  EXPECT_THAT(asked, HasSubstr("2. Too few epochs."));
  ASSERT_EQ(mapped.size(), 2U);
  EXPECT_EQ(mapped[0].mapper, "llm");
  EXPECT_EQ(mapped[0].findings.front().fault_type, "ACH");
  EXPECT_THAT(mapped[0].findings.front().layers, ElementsAre(7));
  EXPECT_EQ(mapped[1].mapper, "rules");  // the model left it out
  EXPECT_EQ(mapped[1].findings.front().fault_type, "HNE");
}

TEST(HybridMapper, AsksForTheUnsureOnly) {
  int calls = 0;
  std::string asked;
  const auto mapper = make_hybrid_mapper([&](const std::string& prompt) {
    ++calls;
    asked = prompt;
    return std::string(R"({"1": ["TLQ"]})");
  });
  const auto sure = answers({"Learning rate: the learning rate is too high."});
  EXPECT_EQ(mapper->map(sure, sample_model()).front().mapper, "rules");
  EXPECT_EQ(calls, 0);
  const auto mixed = answers(
      {"Learning rate: the learning rate is too high.", "Something is strange about the rows."});
  const auto mapped = mapper->map(mixed, sample_model());
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(asked, ::testing::Not(HasSubstr("is too high")));
  EXPECT_EQ(mapped[1].findings.front().fault_type, "TLQ");
}

}  // namespace
}  // namespace dlfix::mapping
