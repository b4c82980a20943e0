// The study's data: what comes out equal, and that it is computed from them (needs DLFIX_SHARED).
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "eval/published/published.h"
#include "tests/study_data.h"
#include "tests/temporary_folder.h"
#include "trainer/support/subprocess.h"

namespace dlfix::eval {
namespace {

namespace fs = std::filesystem;

class PublishedData : public ::testing::Test {
 protected:
  PublishedData() : folder_((tests::study_data() / "benchmark").string()) {}
  void SetUp() override {
    if (!fs::exists(folder_ + "/paper_tables.json"))
      GTEST_SKIP() << folder_ << " is not there: set DLFIX_SHARED";
  }

  static std::map<std::string, PublishedLine> by_name(const std::string& folder) {
    std::map<std::string, PublishedLine> lines;
    for (auto& line : recompute_published(folder)) {
      EXPECT_TRUE(lines.emplace(line.name, line).second) << line.name << " comes twice";
    }
    return lines;
  }

  /// What tests/eval/published/recount.py prints.
  static nlohmann::json recount(const std::vector<std::string>& arguments) {
    support::ProcessOptions options;
    options.arguments = {"/usr/bin/env", "python3",
                         DLFIX_SOURCE_DIR "/tests/eval/published/recount.py"};
    options.arguments.insert(options.arguments.end(), arguments.begin(), arguments.end());
    const auto result = support::run_process(options);
    EXPECT_EQ(result.exit_code, 0) << result.standard_error;
    return result.standard_output.empty() ? nlohmann::json()
                                          : nlohmann::json::parse(result.standard_output);
  }

  std::string folder_;
};

TEST_F(PublishedData, ComesOutAsItsReadmeSays) {
  const auto start = std::chrono::steady_clock::now();
  const auto lines = by_name(folder_);
  const auto expect = [&](const std::string& name, int equal, int of) {
    ASSERT_TRUE(lines.contains(name)) << name;
    EXPECT_EQ(lines.at(name).equal, equal) << name;
    EXPECT_EQ(lines.at(name).of, of) << name;
    EXPECT_EQ(static_cast<int>(lines.at(name).differences.size()), of - equal) << name;
  };
  expect("Table 4 nodes", 22, 22);
  expect("Table 4 alternative GTs", 22, 22);
  expect("Table 4 complexity", 22, 22);
  expect("Neutrality graphs", 22, 22);
  for (const char* tool : {"DFD", "DD", "UM", "GPT-4"}) {
    expect(std::string("Table 5 ") + tool, 66, 66);
    expect(std::string("Table 6 ") + tool, 66, 66);
  }
  expect("Table 8 averages", 10, 10);
  expect("Table 9 search columns", 177, 180);
  expect("Table 9 AutoTrainer means", 14, 15);
  expect("Text 6.2 Wilcoxon tests", 2, 3);
  expect("Text 6.3 GPT-4's stability (RQ2)", 13, 13);
  expect("Text 6.5 significant cases", 4, 4);
  expect("Table 9 best trials of the search runs", 2699, 2700);
  // A generous bound for a machine that does other things beside; the command takes a second or
  // two.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  const auto& search = lines.at("Table 9 search columns").differences;
  for (const auto& difference : search) EXPECT_THAT(difference.cause, ::testing::HasSubstr("0.6"));
}

TEST_F(PublishedData, CorrectedValuesStandBesideThePrintedOnes) {
  const auto lines = by_name(folder_);
  const auto corrected = [&](const std::string& line, const std::string& cell) -> std::string {
    for (const auto& one : lines.at(line).corrections) {
      if (one.cell == cell) return one.corrected;
    }
    return "none";
  };
  EXPECT_EQ(corrected("Table 4 complexity", "D1"), "1.47");
  EXPECT_EQ(corrected("Table 4 complexity", "D8"), "3.86");
  EXPECT_EQ(corrected("Table 4 complexity", "M1"), "none");
  EXPECT_EQ(corrected("Table 6 GPT-4", "M1 PR"), "0.62");
  EXPECT_EQ(corrected("Table 6 GPT-4", "D7 RC"), "0.42");
  EXPECT_EQ(corrected("Table 6 averages", "T.A. GPT-4 PR"), "0.51");
  EXPECT_EQ(corrected("Text 6.8 and Figure 5, Jaccard", "GPT artificial"), "0.82");
}

TEST_F(PublishedData, CountsFollowTheDataAsAnIndependentScriptSays) {
  const auto printed = recount({"count", folder_});
  for (int seed = 1; seed <= 3; ++seed) {
    const tests::TemporaryFolder scratch;
    const std::string copy = scratch.file("copy");
    recount({"change", std::to_string(seed), folder_, copy});
    const auto expected = recount({"count", copy});
    ASSERT_GE(expected.size(), 20U);
    const auto lines = by_name(copy);
    int moved = 0;
    for (const auto& [name, equal] : expected.items()) {
      ASSERT_TRUE(lines.contains(name)) << name;
      EXPECT_EQ(lines.at(name).equal, equal.get<int>()) << name << ", seed " << seed;
      moved += equal != printed.at(name) ? 1 : 0;
    }
    EXPECT_GE(moved, 4) << "seed " << seed;
  }
}

TEST_F(PublishedData, MissingFilesMakeLinesThatSaySo) {
  const tests::TemporaryFolder scratch;
  for (const char* name : {"faults.json", "paper_tables.json", "alternative_gt.jsonl.gz"})
    fs::create_symlink(fs::absolute(folder_ + "/" + name), scratch.file(name));
  const auto lines = by_name(scratch.path());
  EXPECT_THAT(lines.at("Table 5 GPT-4").not_recomputable, ::testing::HasSubstr("fl_results.csv"));
  EXPECT_THAT(lines.at("Table 9 search columns").not_recomputable,
              ::testing::HasSubstr("search_runs.csv"));
  EXPECT_THAT(lines.at("Text 6.8 share of changed hyperparameters").not_recomputable,
              ::testing::HasSubstr("keras_trainings.jsonl.gz"));
  EXPECT_THAT(lines.at("Text 6.8 Jaccard with alternative ground truths").not_recomputable,
              ::testing::HasSubstr("repair_replies/"));
  EXPECT_EQ(lines.at("Table 5 DFD").equal, 66);
  EXPECT_EQ(lines.at("Table 4 nodes").equal, 22);
}

}  // namespace
}  // namespace dlfix::eval
