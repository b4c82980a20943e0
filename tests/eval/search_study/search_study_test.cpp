// Cells of our searches beside the study's, from a small copy of its layout.
#include "eval/search_study/search_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

namespace fs = std::filesystem;

class SearchStudyTest : public ::testing::Test {
 protected:
  SearchStudyTest() {
    folder_ = fs::temp_directory_path() / ("dlfix_search_study_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    std::ofstream runs(folder_ / "search_runs.csv");
    runs << "fault,tool,budget,repeat,n_results,best_holdout\n";
    for (int repeat = 0; repeat < 10; ++repeat) {
      runs << "A,random,10," << repeat << "," << 5 + repeat << ",0." << 50 + repeat << "\n";
      runs << "A,hebo,10," << repeat << ",1,\n";
    }
    std::ofstream(folder_ / "autotrainer_runs.csv")
        << "fault,run,solved,repaired_accuracy,max_accuracy,attempts\n"
           "A,0,No,,0.5,8\nA,1,No,,0.6,8\nA,2,Yes,0.7,0.7,3\nB,0,Not totally,0.4,0.4,6\n";
  }
  ~SearchStudyTest() override { fs::remove_all(folder_); }
  std::string folder() const { return folder_.string(); }

  fs::path folder_;
};

TEST_F(SearchStudyTest, ReadsBudgetsAndValuesOfEveryRepetition) {
  const auto cells = read_search_cells(folder(), {"A"}, {"random", "hebo"}, {10});
  ASSERT_EQ(cells.size(), 2U);
  ASSERT_EQ(cells[0].published.size(), 10U);
  EXPECT_EQ(cells[0].published[3].results, 8);
  EXPECT_DOUBLE_EQ(cells[0].published[3].holdout, 0.53);
  EXPECT_TRUE(std::isnan(cells[1].published[0].holdout));
}

TEST_F(SearchStudyTest, WhatTheStudyDoesNotHaveIsNamed) {
  try {
    read_search_cells(folder(), {"A"}, {"random"}, {10, 20});
    FAIL();
  } catch (const support::InputError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("random on A at budget 20"));
  }
  EXPECT_THROW(read_autotrainer_cell(folder(), "C"), support::InputError);
  EXPECT_THROW(read_search_cells(folder() + "/none", {"A"}, {"random"}, {10}),
               support::EnvironmentError);
}

TEST_F(SearchStudyTest, CellsAreEqualUntilARankTestTellsThemApart) {
  auto cells = read_search_cells(folder(), {"A"}, {"random", "hebo"}, {10});
  for (int repetition = 0; repetition < 10; ++repetition) {
    cells[0].ours.push_back(0.505 + 0.01 * repetition);
    cells[1].ours.push_back(0.9);
  }
  const auto report = judge_searches(cells, {});
  EXPECT_TRUE(report.cells[0].equal);
  EXPECT_FALSE(report.cells[1].equal) << "searches that found nothing are not like ours";
  EXPECT_DOUBLE_EQ(report.cells_equal_share, 0.5);
  cells[1].higher_is_better = false;  // an error of 0.9 is still better than none at all
  EXPECT_FALSE(judge_searches(cells, {}).cells[1].equal);
  cells[1].ours.assign(10, std::nan(""));
  EXPECT_TRUE(judge_searches(cells, {}).cells[1].equal);
}

TEST_F(SearchStudyTest, CellsThatWereNotBegunAreLeftOut) {
  const auto report = judge_searches(read_search_cells(folder(), {"A"}, {"random"}, {10}),
                                     {read_autotrainer_cell(folder(), "B")});
  EXPECT_TRUE(report.cells.empty());
  EXPECT_TRUE(report.autotrainer.empty());
}

TEST_F(SearchStudyTest, AutoTrainersAgreeByOutcomeAndAttempts) {
  auto cell = read_autotrainer_cell(folder(), "A");
  cell.ours = {{"no", 8, std::nan(""), 0.65}};
  const auto same = judge_searches({}, {cell}).autotrainer.front();
  EXPECT_TRUE(same.outcome_agrees);
  EXPECT_TRUE(same.attempts_agree);
  EXPECT_NEAR(same.mean_difference, 0.05, 1e-12);
  cell.ours = {{"solved", 9, 0.9, 0.9}};
  const auto other = judge_searches({}, {cell}).autotrainer.front();
  EXPECT_FALSE(other.outcome_agrees);
  EXPECT_FALSE(other.attempts_agree);
  EXPECT_EQ(read_autotrainer_cell(folder(), "B").published.front().outcome, "potential");
}

TEST_F(SearchStudyTest, JsonAndTextHaveEveryCell) {
  auto cells = read_search_cells(folder(), {"A"}, {"random", "hebo"}, {10});
  cells[0].ours = {0.5, 0.6};
  cells[1].ours = {std::nan(""), 0.6};
  const auto report = judge_searches(cells, {});
  const auto document = to_json(report);
  EXPECT_EQ(document.at("cells").size(), 2U);
  EXPECT_TRUE(document.at("cells")[1].at("ours")[0].is_null());
  EXPECT_THAT(to_text(report), ::testing::HasSubstr("0.600 ± 0.000 (1 without)"));
}

}  // namespace
}  // namespace dlfix::eval
