#include "agent/workflows/row_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/npy.h"

namespace dlfix::agent {
namespace {

class RowPlanTest : public testing::Test {
 protected:
  mapping::ProgramArray array(const std::string& name, std::int64_t rows, std::int64_t columns,
                              int classes = 0) {
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = classes > 0 ? static_cast<float>(i % static_cast<std::size_t>(classes))
                              : 0.37F * static_cast<float>(i);
    }
    const trainer::Shape shape =
        columns == 1 && classes > 0 ? trainer::Shape{rows} : trainer::Shape{rows, columns};
    support::write_npy(folder_.file(name), shape, "float32", values.data());
    return {name, {folder_.file(name), shape, "float32", name}, {}};
  }

  mapping::Program program(std::int64_t training, std::int64_t evaluation) {
    mapping::Program made;
    made.x = {array("x", training, 3)};
    made.y = array("y", training, 1, 2);
    if (evaluation > 0) {
      made.evaluations.push_back({{array("xe", evaluation, 3)}, array("ye", evaluation, 1, 2), {}});
    }
    return made;
  }

  static RowPlan plan_of(const mapping::Program& program) {
    return make_row_plan(program, make_row_pool(program));
  }

  static bool disjoint(const Rows& a, const Rows& b) {
    const std::set<std::int64_t> first(a.begin(), a.end());
    return std::none_of(b.begin(), b.end(), [&](auto row) { return first.count(row) > 0; });
  }

  TestFolder folder_;
};

TEST_F(RowPlanTest, HalvesTheEvaluationRowsByClass) {
  const RowPlan plan = plan_of(program(500, 200));
  EXPECT_EQ(plan.source, EvaluationSource::kEvaluate);
  EXPECT_EQ(plan.train, row_range(0, 500));
  EXPECT_EQ(plan.search.size(), 100u);
  EXPECT_EQ(plan.final.size(), 100u);
  EXPECT_TRUE(disjoint(plan.search, plan.final));
  EXPECT_EQ(
      std::count_if(plan.final.begin(), plan.final.end(), [](auto row) { return row % 2 == 0; }),
      50);
  EXPECT_FALSE(plan.resplit);
}

TEST_F(RowPlanTest, IsTheSameEveryTime) {
  const mapping::Program same = program(500, 200);
  EXPECT_EQ(plan_of(same).final, plan_of(same).final);
}

TEST_F(RowPlanTest, PassesOverEvaluationsOfTrainingRows) {
  mapping::Program made = program(500, 200);
  made.evaluations.push_back({made.x, made.y, {}});
  EXPECT_EQ(plan_of(made).search.front() >= 500, true);
}

TEST_F(RowPlanTest, HoldsRowsOutWhenAllAreTrainedOn) {
  mapping::Program made = program(1000, 0);
  made.evaluations.push_back({made.x, made.y, {}});
  const RowPlan plan = plan_of(made);
  EXPECT_EQ(plan.source, EvaluationSource::kHeldOut);
  EXPECT_EQ(plan.train.size(), 800u);
  EXPECT_TRUE(disjoint(plan.train, plan.search));
  EXPECT_TRUE(disjoint(plan.train, plan.final));
  EXPECT_FALSE(plan.notes.empty());
}

TEST_F(RowPlanTest, TakesTheLastRowsOfAValidationSplit) {
  mapping::Program made = program(1000, 0);
  made.fit.validation_split = 0.25;
  const RowPlan plan = plan_of(made);
  EXPECT_EQ(plan.train, row_range(0, 750));
  EXPECT_EQ(plan.validation, ValidationUse::kSearchRows);
  EXPECT_EQ(planned_fit(made.fit, plan).validation_split, 0);
}

TEST_F(RowPlanTest, AnEarlyStopNeverSeesFinalRows) {
  mapping::Program made = program(500, 200);
  made.validation = made.evaluations.back();
  EXPECT_EQ(plan_of(made).validation, ValidationUse::kSearchRows);
  made.validation->x.front().data.sha256 = "other";
  EXPECT_EQ(plan_of(made).validation, ValidationUse::kOwnArrays);
}

TEST_F(RowPlanTest, ResplitsForEverySeedBelowAHundredRows) {
  const RowPlan plan = plan_of(program(120, 30));
  ASSERT_TRUE(plan.resplit);
  EXPECT_FALSE(plan.too_few_rows);
  std::set<Rows> finals;
  for (int k = 0; k < 5; ++k) {
    const RowUse use = plan.proof_use(k);
    EXPECT_TRUE(disjoint(use.measured, plan.search));
    EXPECT_TRUE(disjoint(use.train, plan.search));
    EXPECT_TRUE(disjoint(use.train, use.measured));
    EXPECT_EQ(static_cast<std::int64_t>(use.measured.size()), plan.final_count());
    finals.insert(use.measured);
  }
  EXPECT_EQ(finals.size(), 5u);
}

TEST_F(RowPlanTest, FiftyRowsAreTheFewest) {
  EXPECT_TRUE(plan_of(program(30, 19)).too_few_rows);
  EXPECT_FALSE(plan_of(program(30, 20)).too_few_rows);
}

TEST_F(RowPlanTest, ShrinksTrainingRowsButNotBelowTwoHundred) {
  RowPlan plan = plan_of(program(1000, 200));
  plan.shrink_training(0.5);
  EXPECT_EQ(plan.train.size(), 500u);
  plan.shrink_training(0.01);
  EXPECT_EQ(plan.train.size(), 200u);
}

TEST_F(RowPlanTest, SelectsPartsAndRows) {
  const mapping::Program made = program(100, 50);
  const RowPool pool = make_row_pool(made);
  EXPECT_FALSE(pool.select(row_range(0, 100)).rows);
  EXPECT_EQ(pool.select(row_range(0, 100)).labels.size(), 1u);
  const auto evaluation = pool.select({100, 149});
  EXPECT_EQ(evaluation.labels[0].sha256, "ye");
  EXPECT_EQ(*evaluation.rows, (Rows{0, 49}));
  const auto both = pool.select({99, 100});
  EXPECT_EQ(both.labels.size(), 2u);
  EXPECT_EQ(*both.rows, (Rows{99, 100}));
}

TEST_F(RowPlanTest, StrataAreClassesAndNothingForNumbers) {
  mapping::Program made = program(100, 0);
  EXPECT_EQ(row_strata(make_row_pool(made))[1], 1);
  made.y = array("numbers", 100, 1);
  const auto strata = row_strata(make_row_pool(made));
  EXPECT_EQ(std::count(strata.begin(), strata.end(), 0), 100);
}

TEST(RowSplit, KeepsSharesOfEveryStratum) {
  std::vector<std::int64_t> strata;
  for (int i = 0; i < 1000; ++i) strata.push_back(i % 10 == 0 ? 1 : 0);
  const Split split = split_rows(row_range(0, 1000), strata, 0.3, 4);
  EXPECT_EQ(split.second.size(), 300u);
  EXPECT_EQ(std::count_if(split.second.begin(), split.second.end(),
                          [](auto row) { return row % 10 == 0; }),
            30);
  EXPECT_TRUE(std::is_sorted(split.first.begin(), split.first.end()));
  EXPECT_NE(split_rows(row_range(0, 1000), strata, 0.3, 5).second, split.second);
}

}  // namespace
}  // namespace dlfix::agent
