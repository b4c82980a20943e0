// The best answer that looks at nothing.
#include "eval/localisers/constant_answers.h"

#include <gtest/gtest.h>

namespace dlfix::eval::testing {
namespace {

TEST(ConstantAnswers, NamesWhatPaysOverAllTruths) {
  const std::vector<FaultLabels> truths{parse_fault_labels("ACH(0)"), parse_fault_labels("ACH(3)"),
                                        parse_fault_labels("HLR"), parse_fault_labels("WCI(1)")};
  const auto best = best_constant_answers(truths, Scores::kCorrected);
  // All three types: recall 1, precision a third, so F3 is (1 + 9) / (9 + 3). Two of them: three
  // in four at F3 0.91.
  EXPECT_EQ(best.labels.size(), 3U);
  EXPECT_DOUBLE_EQ(best.score.recall, 1);
  EXPECT_NEAR(best.score.precision, 1.0 / 3, 1e-12);
  EXPECT_NEAR(best.score.f3, 10.0 / 12, 1e-12);
}

TEST(ConstantAnswers, RareTypesDoNotPay) {
  std::vector<FaultLabels> truths(30, parse_fault_labels("HLR"));
  truths.push_back(parse_fault_labels("LCN(1)"));
  EXPECT_EQ(to_string(best_constant_answers(truths, Scores::kCorrected).labels), "HLR");
}

TEST(ConstantAnswers, NothingWithoutTruths) {
  EXPECT_TRUE(best_constant_answers({}, Scores::kCorrected).labels.empty());
}

}  // namespace
}  // namespace dlfix::eval::testing
