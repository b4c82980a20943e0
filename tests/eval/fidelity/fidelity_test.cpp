#include "eval/fidelity/fidelity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

using testing::HasSubstr;

Retrained retrained(ComparedBy comparison, std::vector<double> keras, std::vector<double> ours,
                    KerasOutcome outcome = KerasOutcome::kNumber) {
  Retrained result;
  result.sampled = {{{{"lr", 0.1}}, std::move(keras), {}, outcome}, comparison, true};
  result.ours = std::move(ours);
  return result;
}

SubjectFidelity about(const std::string& metric = "accuracy") {
  SubjectFidelity subject;
  subject.subject = "D6";
  subject.data_kind = "exact";
  subject.metric = metric;
  subject.constant = 0.5;
  return subject;
}

TEST(Fidelity, AMeanCountsAsInRangeUpToTheMargin) {
  const std::vector<double> keras(8, 0.8);
  const auto share = [&](double ours, const std::string& metric) {
    return judge_fidelity(about(metric), {retrained(ComparedBy::kRange, keras, {ours, ours})}, 1)
        .in_range_share;
  };
  EXPECT_EQ(share(0.819, "accuracy"), 1);
  EXPECT_EQ(share(0.821, "accuracy"), 0);
  EXPECT_EQ(share(0.779, "accuracy"), 0);
  EXPECT_EQ(share(0.839, "mae"), 1);
  EXPECT_EQ(share(0.841, "mae"), 0);
  EXPECT_EQ(share(std::nan(""), "accuracy"), 0) << "Keras has a number, we have none";
}

/// Ranks of `configs` Keras values that are drawn as ours are, but shifted.
double rank_p(double shift, bool ties) {
  RandomStream random(7);
  const auto draw = [&] {
    const double value = random.uniform();
    return ties ? (value < 0.8 ? 0.5 : 0.6) : value;
  };
  std::vector<Retrained> all;
  for (int i = 0; i < 60; ++i) {
    std::vector<double> ours;
    for (int seed = 0; seed < 10; ++seed) ours.push_back(draw());
    all.push_back(retrained(ComparedBy::kRank, {draw() + shift}, ours));
  }
  return judge_fidelity(about(), std::move(all), 1).rank_p;
}

TEST(Fidelity, RanksAreUniformForTheSameDistributionAloneTiesOrNot) {
  EXPECT_GT(rank_p(0, false), 0.05);
  EXPECT_LT(rank_p(0.3, false), 0.01);
  EXPECT_GT(rank_p(0, true), 0.05);
  EXPECT_LT(rank_p(0.1, true), 0.01);
}

TEST(Fidelity, CrashesMustBeTheSameOnes) {
  Retrained crashed = retrained(ComparedBy::kOutcome, {}, {}, KerasOutcome::kCrashed);
  crashed.crashed = true;
  Retrained wrongly = retrained(ComparedBy::kRank, {0.5}, {});
  wrongly.crashed = true;
  wrongly.reason = "labels have 3 columns";
  const auto subject = judge_fidelity(
      about(),
      {crashed, retrained(ComparedBy::kOutcome, {}, {0.5}, KerasOutcome::kCrashed), wrongly,
       retrained(ComparedBy::kOutcome, {}, {std::nan("")}, KerasOutcome::kNan)},
      1);
  EXPECT_DOUBLE_EQ(subject.crash_agreement, 0.5);
  EXPECT_EQ(subject.outcome_configs, 3);
  const auto report = make_fidelity_report({subject}, 10);
  EXPECT_THAT(to_text(report), HasSubstr("Keras: number, ours: crash: labels have 3 columns"));
  EXPECT_THAT(to_text(report), HasSubstr("Keras: crash, ours: trains"));
}

TEST(Fidelity, DifferencesAndConstantsAreCounted) {
  const auto subject = judge_fidelity(about(),
                                      {retrained(ComparedBy::kRank, {0.5}, {0.6, 0.6}),
                                       retrained(ComparedBy::kRank, {0.9}, {0.7, 0.7})},
                                      1);
  EXPECT_NEAR(subject.mean_difference, -0.05, 1e-12);
  EXPECT_NEAR(subject.worst_difference, -0.2, 1e-12);
  EXPECT_DOUBLE_EQ(subject.constant_share, 0.5);
}

TEST(Fidelity, ErrorsThatDivergedHaveNoDifference) {
  SubjectFidelity errors = about("mae");
  errors.constant = 1;
  const auto subject = judge_fidelity(errors,
                                      {retrained(ComparedBy::kRank, {1e18}, {3e18}),
                                       retrained(ComparedBy::kRank, {0.5}, {0.6, 0.6})},
                                      1);
  EXPECT_NEAR(subject.mean_difference, 0.1, 1e-12);
  EXPECT_NEAR(subject.worst_difference, 0.1, 1e-12);
}

TEST(Fidelity, TheReportHasEverySubjectInEveryForm) {
  const auto report = make_fidelity_report(
      {judge_fidelity(about(), {retrained(ComparedBy::kRange, std::vector<double>(8, 0.8), {0.2})},
                      1),
       judge_fidelity(about("mae"), {retrained(ComparedBy::kRank, {3}, {2.9, 3.1})}, 1)},
      10);
  EXPECT_DOUBLE_EQ(report.in_range_share, 0);
  const auto document = to_json(report);
  EXPECT_EQ(document["subjects"]["D6"]["rank_configs"], 1);
  EXPECT_THAT(to_text(report), HasSubstr("outside Keras's 0.8000 to 0.8000"));
  EXPECT_THAT(to_svg(report), HasSubstr("D6: mae, exact data"));
}

}  // namespace
}  // namespace dlfix::eval
