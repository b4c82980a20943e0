// The judgement of a whole table under every protocol.
#include "eval/localisers/deepfd/judgement.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runs.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using ::testing::HasSubstr;

HeldOutOptions three_folds() {
  HeldOutOptions options;
  options.folds = 3;
  return options;
}

DeepFdTable table_of_features(DeepFdTable table) {
  // The groups of features go by what is in their names.
  const std::vector<std::string> names = {
      "ft_loss",          "ft_acc_mean",          "ft_vanish_gradient_max",
      "ft_died_relu_max", "ft_large_weight_mean", "ft_val_loss"};
  for (std::size_t i = 0; i < table.features.size(); ++i) table.features[i] = names.at(i);
  return table;
}

TEST(Judgement, ClearFaultsAreFoundInProgramsNeverSeen) {
  const auto judgement = judge_deepfd(table_of_features(clear_table(6, 0.2, 2)), three_folds());
  EXPECT_EQ(judgement.programs, 6U);
  EXPECT_EQ(judgement.versions, 72U);
  EXPECT_EQ(judgement.survivors, 0U);
  const auto held = std::ranges::find_if(judgement.protocols, [](const JudgedProtocol& judged) {
    return judged.name == "programs" && judged.offsets == "learned";
  });
  ASSERT_NE(held, judgement.protocols.end());
  EXPECT_EQ(held->result.accuracies.macro, 1);
  EXPECT_EQ(held->precision, 1);
  EXPECT_EQ(held->recall, 1);
  EXPECT_NEAR(judgement.gap, 0, 1e-12);
  // Twelve versions have each fault and all were right: (12 + 1) / (12 + 2).
  for (const double share : judgement.reliability) EXPECT_NEAR(share, 13.0 / 14, 1e-12);
  // One group of features alone cannot see all five.
  const auto& weights = judgement.protocols.back();
  EXPECT_THAT(weights.name, HasSubstr("weights alone"));
  EXPECT_LT(weights.result.accuracies.macro, 0.9);
}

TEST(Judgement, CountsWhatTheTableHas) {
  DeepFdTable table = table_of_features(clear_table(3));
  table.versions[1].survived = true;
  table.versions[1].faults = {};
  const auto document = to_json(judge_deepfd(with_runs(table, 2), three_folds()));
  EXPECT_EQ(document["survivors"], 1);
  EXPECT_EQ(document["runs"], 36);
  EXPECT_EQ(document["positives"]["opt"], 2);
  EXPECT_EQ(document["positives"]["epoch"], 3);
  EXPECT_GE(document["protocols"].size(), 8U);
}

TEST(Judgement, OneProgramCannotBeHeldOut) {
  EXPECT_THROW(judge_deepfd(table_of_features(clear_table(1)), three_folds()), support::InputError);
}

}  // namespace
}  // namespace dlfix::eval::testing
