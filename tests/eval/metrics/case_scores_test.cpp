#include "eval/metrics/case_scores.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "eval/metrics/best_truth.h"
#include "eval/metrics/budget_replay.h"
#include "eval/metrics/flips.h"
#include "eval/metrics/patch_labels.h"

namespace dlfix::eval {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

const double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Scores, NamesAndRounding) {
  EXPECT_EQ(parse_scores("printed"), Scores::kPrinted);
  EXPECT_EQ(parse_scores("corrected"), Scores::kCorrected);
  EXPECT_FALSE(parse_scores("Printed").has_value());
  EXPECT_EQ(to_string(Scores::kCorrected), "corrected");
  EXPECT_DOUBLE_EQ(round_half_up(2.675, 2), 2.68);  // the double lies below the half
  EXPECT_DOUBLE_EQ(round_half_up(-0.125, 2), -0.13);
  EXPECT_DOUBLE_EQ(round_half_up(0.0049999, 2), 0);
  EXPECT_DOUBLE_EQ(round_half_even(2.675, 2), 2.67);
  EXPECT_DOUBLE_EQ(round_half_even(0.125, 2), 0.12);
  EXPECT_DOUBLE_EQ(round_half_even(0.375, 2), 0.38);
  EXPECT_TRUE(std::isnan(round_half_even(kNan, 2)));
}

RepairCase ten_better_runs() {
  RepairCase one{.faulty_mean = 0.5, .truth_mean = 0.9};
  for (int i = 0; i < 10; ++i) {
    one.faulty_values.push_back(0.5);
    one.runs.push_back(0.6 + 0.02 * i);
  }
  return one;
}

TEST(ScoreCase, WorseRunsAndRunsWithoutAPatchCountAsFaulty) {
  const RepairCase one{.faulty_mean = 0.5, .truth_mean = 0.9, .runs = {0.9, 0.3, kNan, 0.5}};
  const CaseScores scores = score_case(one, Scores::kCorrected);
  EXPECT_EQ(scores.runs, 4);
  EXPECT_EQ(scores.with_patch, 2);  // equal is no worse
  EXPECT_DOUBLE_EQ(scores.mean, 0.6);
  EXPECT_NEAR(scores.sigma, std::sqrt(3 * 0.01 + 0.09) / 2, 1e-12);
  EXPECT_NEAR(scores.unclamped_mean, 1.7 / 3, 1e-12);
  EXPECT_NEAR(*scores.rate, 0.25, 1e-12);
  EXPECT_FALSE(scores.wilcoxon_p.has_value());
  EXPECT_FALSE(scores.significant);
}

TEST(ScoreCase, LowerIsBetter) {
  const RepairCase one{
      .faulty_mean = 4, .truth_mean = 1, .higher_is_better = false, .runs = {2, 6}};
  const CaseScores scores = score_case(one, Scores::kCorrected);
  EXPECT_EQ(scores.with_patch, 1);
  EXPECT_DOUBLE_EQ(scores.mean, 3);
  EXPECT_NEAR(*scores.rate, 1.0 / 3, 1e-12);
}

TEST(ScoreCase, Significance) {
  const CaseScores scores = score_case(ten_better_runs(), Scores::kCorrected);
  EXPECT_NEAR(*scores.wilcoxon_p, 2.0 / 1024, 1e-12);
  EXPECT_LT(*scores.mann_whitney_p, 1e-3);
  EXPECT_EQ(scores.a12, 1);
  EXPECT_GT(*scores.cohens_d, 2);
  EXPECT_TRUE(scores.significant);
  RepairCase worse = ten_better_runs();
  worse.truth_mean = 0.1;  // the fix is worse than the fault: no rate above zero
  EXPECT_FALSE(score_case(worse, Scores::kCorrected).significant);
  RepairCase undefined = ten_better_runs();
  undefined.truth_mean = undefined.faulty_mean;
  EXPECT_FALSE(score_case(undefined, Scores::kCorrected).rate.has_value());
  EXPECT_FALSE(score_case(undefined, Scores::kCorrected).significant);
}

TEST(ScoreCase, PrintedRoundsBeforeTheRateAndTheTest) {
  RepairCase one{.faulty_mean = 0.184, .truth_mean = 0.046, .higher_is_better = false};
  for (int i = 0; i < 10; ++i) {
    one.faulty_values.push_back(0.1836 + 0.0001 * i);
    one.runs.push_back(0.1837);
  }
  const CaseScores printed = score_case(one, Scores::kPrinted);
  const CaseScores corrected = score_case(one, Scores::kCorrected);
  EXPECT_EQ(printed.wilcoxon_p, 1);  // all are 0.18
  EXPECT_LT(*corrected.wilcoxon_p, 0.05);
  EXPECT_NEAR(*printed.rate, 0.004 / 0.138, 1e-12);
  EXPECT_NEAR(printed.mean, corrected.mean, 1e-15);
}

TEST(StabilityOf, CountsImprovedCasesOnly) {
  CaseScores good;
  good.significant = true;
  good.sigma = 0.2;
  CaseScores bad;
  bad.sigma = 5;
  EXPECT_DOUBLE_EQ(stability_of({good, bad, good}), 0.2);
  EXPECT_TRUE(std::isnan(stability_of({bad})));
}

TEST(Flips, OverTheRightRows) {
  const std::vector<float> before{1, 1, 0, 0, 0, 1, 1, 1};
  const std::vector<float> after{1, 0, 1, 0, 1, 1, 1, 1};
  const Flips flips = count_flips(before, after);
  EXPECT_DOUBLE_EQ(flips.repair_rate, 2.0 / 3);
  EXPECT_DOUBLE_EQ(flips.negative_flip_rate, 1.0 / 8);
  EXPECT_TRUE(std::isnan(count_flips(std::vector<float>{1}, std::vector<float>{1}).repair_rate));
  EXPECT_TRUE(std::isnan(count_flips({}, {}).negative_flip_rate));
  EXPECT_THROW(count_flips(before, {}), std::invalid_argument);
}

TEST(Flips, OfTrainingsAreTheirMeans) {
  using Rows = std::vector<std::vector<float>>;
  const Rows before{{1, 0, 0, 1}, {1, 1, 1, 1}};
  const Rows after{{0, 1, 0, 1}, {1, 1, 0, 0}};
  const auto flips = mean_flips(before, after);
  ASSERT_TRUE(flips);
  EXPECT_DOUBLE_EQ(flips->repair_rate, 0.5) << "of the first alone: the second had nothing wrong";
  EXPECT_DOUBLE_EQ(flips->negative_flip_rate, (0.25 + 0.5) / 2);
  EXPECT_TRUE(std::isnan(mean_flips(Rows{{1, 1}}, Rows{{1, 0}})->repair_rate));
  EXPECT_FALSE(mean_flips(Rows{{0.3F, 1}}, Rows{{1, 1}})) << "errors are not right or wrong";
  EXPECT_FALSE(mean_flips(Rows{}, Rows{}));
  EXPECT_FALSE(mean_flips(Rows{{}}, Rows{{}}));
  EXPECT_THROW(mean_flips(before, Rows{{1, 0, 0, 1}}), std::invalid_argument);
}

TEST(PatchLabel, TenPointsAreTheBound) {
  EXPECT_EQ(label_patch(0.5, 0.51), PatchLabel::kImproved);
  EXPECT_EQ(label_patch(0.5, 0.5), PatchLabel::kUnimproved);
  EXPECT_EQ(label_patch(0.5, 0.4), PatchLabel::kUnimproved);
  EXPECT_EQ(label_patch(0.5, 0.399), PatchLabel::kCorrupted);
  EXPECT_EQ(label_patch(0.5, std::nullopt), PatchLabel::kFailure);
  EXPECT_EQ(label_patch(0.5, kNan), PatchLabel::kFailure);
  EXPECT_EQ(label_patch(0.5, 0.9, false), PatchLabel::kUnadaptable);
  EXPECT_EQ(to_string(PatchLabel::kCorrupted), "corrupted");
}

TEST(BestTruth, HighestJaccardThenFewestDifferences) {
  const mapping::Config faulty{{"act1", "relu"}, {"lr", 1.0}, {"epochs", 5}};
  const std::vector<NamedTruth> truths{{"known", {{"act1", "relu"}, {"lr", 0.1}, {"epochs", 5}}},
                                       {"far", {{"act1", "tanh"}, {"lr", 1.0}, {"epochs", 9}}},
                                       {"near", {{"act1", "tanh"}, {"lr", 1.0}, {"epochs", 6}}}};
  const mapping::Config patch{{"act1", "tanh"}, {"epochs", "6"}};
  const BestTruth best = best_truth(faulty, truths, patch);
  EXPECT_EQ(best.name, "near");
  EXPECT_EQ(best.jaccard, 1);
  EXPECT_TRUE(best.differing.empty());
  // The notebook's definition asks where patch and ground truth differ.
  const BestTruth notebook = best_truth(faulty, truths, patch, Jaccard::kReplication);
  EXPECT_EQ(notebook.name, "known");
  EXPECT_THAT(notebook.differing, ElementsAre("act1", "epochs", "lr"));
  EXPECT_THROW(best_truth(faulty, {}, patch), std::invalid_argument);
}

TEST(BudgetReplay, TakesRunsUntilTheTimeIsSpent) {
  RandomStream random(1);
  const std::vector<TimedRun> runs{{10, 0.2}, {10, 0.9}, {100, 1.0}};
  EXPECT_THAT(replay_budget(runs, 20, 50, true, random), Each(::testing::AnyOf(0.2, 0.9)));
  EXPECT_THAT(replay_budget(runs, 500, 5, true, random), Each(1.0));
  EXPECT_THAT(replay_budget(runs, 500, 5, false, random), Each(0.2));
  EXPECT_TRUE(replay_budget(runs, 9, 5, true, random).empty());
  EXPECT_TRUE(replay_budget({}, 9, 5, true, random).empty());
  // Either of two runs fits first, the other one with it: the better one except when the long run
  // comes between.
  double sum = 0;
  for (const double value : replay_budget(runs, 20, 6000, true, random)) sum += value;
  // Orders: short ones first (1/3): 0.9. Long in the middle: the first one alone (1/3). Long first:
  // shuffled again. So 0.9 with 1/2 + 1/4.
  EXPECT_NEAR(sum / 6000, 0.75 * 0.9 + 0.25 * 0.2, 0.02);
}

}  // namespace
}  // namespace dlfix::eval
