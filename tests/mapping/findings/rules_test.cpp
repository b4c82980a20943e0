#include "mapping/findings/rules.h"

#include <gmock/gmock.h>

#include <ctime>

#include "tests/mapping/findings/sample_model.h"

namespace dlfix::mapping {
namespace {

using ::testing::ElementsAre;

struct TypeCase {
  const char* type;
  const char* text;
  bool specific;
};

class EveryType : public ::testing::TestWithParam<TypeCase> {};

TEST_P(EveryType, IsRecognised) {
  const auto findings = FindingRules().findings(GetParam().text, sample_model());
  ASSERT_FALSE(findings.empty()) << GetParam().text;
  EXPECT_EQ(findings.front().fault_type, GetParam().type) << GetParam().text;
  EXPECT_EQ(findings.front().specific, GetParam().specific) << GetParam().text;
  EXPECT_FALSE(findings.front().cues.empty());
  EXPECT_GT(findings.front().confidence, 0);
  EXPECT_LE(findings.front().confidence, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, EveryType,
    ::testing::Values(
        TypeCase{"HBS", "With 512 rows the batch size is too large; take 32.", true},
        TypeCase{"HBS", "The batch size may not be ideal, try different values.", false},
        TypeCase{"HLR", "A learning rate of 10 is far too high, 0.001 is usual.", true},
        TypeCase{"HLR", "The learning rate could be too high or too low.", false},
        TypeCase{"HNE", "Two epochs are not enough, increase the number of epochs.", true},
        TypeCase{"ACH", "Sigmoid activations in the hidden layers make gradients vanish.", true},
        TypeCase{"ARM", "The last Dense layer has no activation, softmax is needed for classes.",
                 true},
        TypeCase{"AAL", "The output activation should be removed, this is regression.", true},
        TypeCase{"RAW", "The network lacks weight decay and dropout and will overfit.", true},
        TypeCase{"RCW", "Regularization is too strong: the L2 penalty of 1 drowns the loss.", true},
        TypeCase{"RRW", "Remove the L1 regularizer, the weights are pushed to zero.", true},
        TypeCase{"WCI", "All kernels are initialized with ones, so units stay alike.", true},
        TypeCase{"BCI", "The bias initializer is a large constant.", true},
        TypeCase{"LCH", "Mean squared error is the wrong loss function for classes.", true},
        TypeCase{"OCH", "Plain SGD is slow here, another optimizer such as Adam would do better.",
                 true},
        TypeCase{"LRM", "The model is too shallow, more layers are needed.", true},
        TypeCase{"LAD", "The network is too deep for so little, use fewer layers.", true},
        TypeCase{"LCN", "Too few neurons in the hidden layer, 128 would be better than 2.", true},
        TypeCase{"LCF", "The number of filters is very small, increase it.", true},
        TypeCase{"CPP", "Inputs are not normalized to the range from 0 to 1.", true},
        TypeCase{"RCD", "A dropout rate of 0.9 throws away nearly everything.", true},
        TypeCase{"LWT", "Use a recurrent layer for sequences instead of Dense layers.", true},
        TypeCase{"VRM", "Nothing is held out: there is no validation set.", true},
        TypeCase{"TRA", "Images are not augmented.", true},
        TypeCase{"TRD", "Only 50 samples are used for training.", true},
        TypeCase{"TLQ", "The synthetic data is not representative of real inputs.", true},
        TypeCase{"TUD", "Classes are imbalanced, nine rows in ten are zeros.", true},
        TypeCase{"TAN", "The training data is noisy.", true},
        TypeCase{"SNS", "This architecture may not be suitable for the task.", false},
        TypeCase{"NEF", "There is no early stopping.", true},
        TypeCase{"NEF", "Hyperparameter tuning by grid search was not done.", false}),
    [](const auto& info) {
      return std::string(info.param.type) + "_" + std::to_string(info.index);
    });

TEST(FindingRules, OneAnswerMayNameLayersAndNeurons) {
  const auto findings = FindingRules().findings(
      "The model is too simple. Add more layers or neurons.", sample_model());
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].fault_type, "LRM");
  EXPECT_EQ(findings[1].fault_type, "LCN");
}

TEST(FindingRules, WhatIsSaidInPassingDoesNotCount) {
  const auto findings = FindingRules().findings(
      "Learning rate: It is too high. After that watch the validation loss, use early stopping and "
      "perhaps more epochs.",
      sample_model());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].fault_type, "HLR");
}

TEST(FindingRules, PraiseAndOtherTextHaveNoFindings) {
  for (const char* const text :
       {"The optimizer is a good choice.", "Hello.", "", "\xff\xfe", "12345"}) {
    EXPECT_TRUE(FindingRules().findings(text, sample_model()).empty()) << text;
  }
}

TEST(FindingRules, ProposedValues) {
  const auto proposed = [](const char* text) {
    const auto findings = FindingRules().findings(text, sample_model());
    return findings.empty() ? nlohmann::json("no finding") : findings.front().proposed;
  };
  EXPECT_EQ(proposed("The activation of the last layer is sigmoid. Use softmax instead."),
            "softmax");
  EXPECT_EQ(proposed("The learning rate is set to 1.0. Start with 0.001."), 0.001);
  EXPECT_EQ(proposed("The batch size of 512 should be smaller, such as 32."), 32);
  EXPECT_EQ(proposed("The learning rate is wrong. Use 99999999999999999999."), 1e20);
  EXPECT_EQ(proposed("The loss function is mean squared error, it should be binary crossentropy."),
            "binary_crossentropy");
  EXPECT_EQ(proposed("The optimizer used is SGD. Other optimizers like Adam might perform better."),
            "adam");
  EXPECT_EQ(proposed("The number of epochs is low. Increasing it might help."), "increase");
  EXPECT_EQ(proposed("The weights are initialized to zeros. It would be better to use he_normal."),
            "he_normal");
  EXPECT_TRUE(proposed("The data is not shuffled.").is_null());
}

TEST(MapReply, MapsEveryAnswerWithinTime) {
  std::string reply;
  for (int number = 1; number <= 8; ++number) {
    reply += std::to_string(number) + ". The learning rate is set to " + std::to_string(number) +
             ", which is a very high value and can cause training to diverge. It would be better "
             "to start lower.\n";
  }
  const auto mapper = make_rules_mapper();
  const std::clock_t start = std::clock();
  const auto mapped = map_reply(reply, sample_model(), *mapper);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  ASSERT_EQ(mapped.answers.size(), 8U);
  for (const auto& answer : mapped.answers) EXPECT_EQ(answer.findings.front().fault_type, "HLR");
  EXPECT_LT(seconds, 0.25);  // 2 ms in a release build
}

TEST(MapReply, ALotOfTextIsCutWithANote) {
  std::string reply;
  for (int number = 1; number <= 400; ++number) {
    reply +=
        std::to_string(number) + ". rate " + std::to_string(number) + std::string(1000, 'x') + "\n";
  }
  const auto mapper = make_rules_mapper();
  const auto mapped = map_reply(reply, sample_model(), *mapper);
  EXPECT_EQ(mapped.answers.size(), 400U);
  EXPECT_THAT(mapped.list.notes, ElementsAre(::testing::HasSubstr("64 KiB")));
}

}  // namespace
}  // namespace dlfix::mapping
