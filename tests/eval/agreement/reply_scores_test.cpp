#include "eval/agreement/reply_scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <sstream>

#include "eval/agreement/agreement.h"
#include "eval/agreement/study_data.h"
#include "tests/study_data.h"

namespace dlfix::eval {
namespace {

ReplyScore score(const char* truth, const char* labels) {
  return score_reply(read_labels(truth), read_labels(labels));
}

TEST(ReplyScores, CountTypesAndOverlappingLayers) {
  EXPECT_DOUBLE_EQ(score("HLR", "HLR|HBS").recall, 1);
  EXPECT_DOUBLE_EQ(score("HLR", "HLR|HBS").precision, 0.5);
  EXPECT_DOUBLE_EQ(score("ACH(0,1)|LCH", "ACH(1)").recall, 0.5);
  EXPECT_DOUBLE_EQ(score("ACH(0)", "ACH(1)").recall, 0);
  EXPECT_DOUBLE_EQ(score("ACH(0)", "ACH").recall, 1);
  EXPECT_DOUBLE_EQ(score("ARM(7)", "ACH(7)").recall, 1);
  EXPECT_DOUBLE_EQ(score("RAW(0)", "RCW(0)").recall, 1);
  EXPECT_DOUBLE_EQ(score("HLR", "").recall, 0);
  EXPECT_NEAR(score("HLR", "HLR|HBS").f3, 10 * 0.5 / (9 * 0.5 + 1), 1e-12);
}

TEST(ReplyScores, LabelsAreWhatIsSpecificAndAFault) {
  const auto mapper = mapping::make_rules_mapper();
  const auto reply = mapping::map_reply(
      "1. The learning rate is too high.\n2. The batch size might not be optimal.\n3. No early "
      "stopping.",
      {}, *mapper);
  EXPECT_EQ(label_text(labels_of(reply)), "HLR");
}

class PublishedRepliesData : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = tests::study_data() / "benchmark";
    if (!std::filesystem::exists(folder_ / "fl_results.csv"))
      GTEST_SKIP() << folder_ << " is not here";
  }

  std::filesystem::path folder_;
};

// fl_results.csv: the ground truth and the recall of every published reply (Table 5, GPT-4).
struct Published {
  LabelSet truth;
  double recall = 0;
};

std::map<std::string, Published> published_recalls(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const auto rows = read_csv(text.str());
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(rows[0], name) - rows[0].begin());
  };
  std::map<std::string, Published> faults;
  for (std::size_t row = 1; row < rows.size(); ++row) {
    auto& fault = faults[rows[row].at(column("fl_id"))];
    fault.truth = read_labels(rows[row].at(column("gt")));
    fault.recall += std::stod(rows[row].at(column("RC"))) / 10;
  }
  return faults;
}

TEST_F(PublishedRepliesData, OurMappingGivesTheStudysRecall) {
  const auto published = published_recalls(folder_ / "fl_results.csv");
  const auto mapper = mapping::make_rules_mapper();
  std::map<std::string, std::vector<ReplyScore>> scores;
  std::ifstream in(folder_ / "fl_replies.jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto row = nlohmann::json::parse(line);
    const std::string fault = row["fl_id"];
    const auto reply =
        mapping::map_reply(row["text"].get<std::string>(), study_model(fault), *mapper);
    EXPECT_EQ(reply.list.items, row["n_answers"].get<int>()) << fault << " " << row["repetition"];
    scores[fault].push_back(score_reply(published.at(fault).truth, labels_of(reply)));
  }
  ASSERT_EQ(scores.size(), 22U);
  int close = 0;
  double precision = 0;
  for (const auto& [fault, list] : scores) {
    const ReplyScore mean = mean_score(list);
    const double difference = mean.recall - published.at(fault).recall;
    close += std::abs(difference) <= 0.05 ? 1 : 0;
    precision += mean.precision / 22;
    if (std::abs(difference) > 0.05)
      std::cout << fault << ": recall differs by " << difference << "\n";
  }
  std::cout << close << " of 22 recalls within 0.05 of Table 5, mean precision " << precision
            << "\n";
  EXPECT_GE(close, 20);
  EXPECT_GE(precision, 0.25);
}

}  // namespace
}  // namespace dlfix::eval
