#include "eval/metrics/localisation_scores.h"

#include <gmock/gmock.h>

#include "eval/metrics/stability.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using ::testing::ElementsAre;

TEST(FaultLabels, AreReadAsTheTablesWriteThem) {
  const FaultLabels labels = parse_fault_labels("WCI(0), HLR, RCD (1,3)|ARM(7)  LAD");
  EXPECT_EQ(to_string(labels), "WCI(0), HLR, RCD(1,3), ARM(7), LAD");
  EXPECT_EQ(labels[2].layers, (std::set<int>{1, 3}));
  EXPECT_TRUE(parse_fault_labels("-").empty());
  EXPECT_TRUE(parse_fault_labels("N/A").empty());
  EXPECT_TRUE(parse_fault_labels("").empty());
  EXPECT_EQ(to_string(FaultLabels{}), "-");
  EXPECT_EQ(parse_fault_labels("HLR|HLR").size(), 2U);
  EXPECT_EQ(parse_fault_labels("ACH(1").front().layers, std::set<int>{1});
  EXPECT_THROW(parse_fault_labels("ACH(x)"), support::InputError);
}

TEST(FoundFaults, FollowTheRules) {
  const FaultLabels faults = parse_fault_labels("OCH, ACH(0,1), HNE");
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ACH(0), HNE")),
              ElementsAre(false, true, true));
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ARM(1)")), ElementsAre(false, true, false));
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ACH(2)")), ElementsAre(false, false, false));
  // A label without layers speaks of all of them.
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ACH")), ElementsAre(false, true, false));
  const MatchingRules equal{.layers = MatchingRules::Layers::kEqual};
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ACH(0)"), equal),
              ElementsAre(false, false, false));
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ACH(1,0)"), equal),
              ElementsAre(false, true, false));
  const MatchingRules types_only{.layers = MatchingRules::Layers::kIgnored};
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ACH(9)"), types_only),
              ElementsAre(false, true, false));
  const MatchingRules apart{.activations_are_one = false};
  EXPECT_THAT(found_faults(faults, parse_fault_labels("ARM(1)"), apart),
              ElementsAre(false, false, false));
  EXPECT_FALSE(names_fault({"LAD", {}}, {"LRM", {4}}, {}));
  EXPECT_TRUE(names_fault({"LAD", {}}, {"LRM", {4}}, {.repeats_are_one = true}));
}

TEST(LocalisationScore, BothReadings) {
  const FaultLabels faults = parse_fault_labels("CPP, ACH(5,6), HBS");
  const FaultLabels labels = parse_fault_labels("CPP|VRM|HBS");
  const auto printed = score_localisation(faults, labels, Scores::kPrinted);
  EXPECT_DOUBLE_EQ(printed.recall, 0.67);
  EXPECT_DOUBLE_EQ(printed.precision, 0.67);
  EXPECT_DOUBLE_EQ(printed.f3, 0.67);
  const auto corrected = score_localisation(faults, labels, Scores::kCorrected);
  EXPECT_DOUBLE_EQ(corrected.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(corrected.precision, 2.0 / 3);
  EXPECT_NEAR(corrected.f3, 2.0 / 3, 1e-12);
  EXPECT_EQ(score_localisation(faults, {}, Scores::kPrinted).precision, 0);
  EXPECT_EQ(score_localisation({}, labels, Scores::kCorrected).recall, 0);
}

TEST(LocalisationScore, OneLabelForSeveralFaults) {
  const FaultLabels faults = parse_fault_labels("ACH(0), ACH(2), HLR");
  const FaultLabels labels = parse_fault_labels("ACH, OCH, HNE, LCH");
  const auto printed = score_localisation(faults, labels, Scores::kPrinted);
  EXPECT_DOUBLE_EQ(printed.precision, 0.5);  // two faults found with four labels
  const auto corrected = score_localisation(faults, labels, Scores::kCorrected);
  EXPECT_DOUBLE_EQ(corrected.precision, 0.25);  // one label of four names a fault
  EXPECT_DOUBLE_EQ(corrected.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(
      score_localisation(faults, parse_fault_labels("ACH"), Scores::kPrinted).precision, 1);
}

TEST(LocalisationScore, RoundsAHalfToTheEvenDigit) {
  // One of eight labels: 0.125 prints as 0.12.
  const auto score = score_localisation(parse_fault_labels("HLR"),
                                        parse_fault_labels("HLR|A|B|C|D|E|F|G"), Scores::kPrinted);
  EXPECT_DOUBLE_EQ(score.precision, 0.12);
}

TEST(Alternatives, HighestRecallAndTheMeansOfThoseThatReachIt) {
  const FaultLabels labels = parse_fault_labels("HNE, LAD");
  const auto known =
      score_localisation(parse_fault_labels("HLR, HNE, LCH, ACH(1)"), labels, Scores::kCorrected);
  EXPECT_DOUBLE_EQ(known.recall, 0.25);
  const std::vector<AlternativeTruth> alternatives{{"one", parse_fault_labels("HNE, ACH(1)")},
                                                   {"two", parse_fault_labels("HBS, ACH(1)")},
                                                   {"three", parse_fault_labels("HNE, LCH")},
                                                   {"four", parse_fault_labels("HLR, HNE, LCH")}};
  const auto result = score_with_alternatives(known, alternatives, labels, Scores::kCorrected);
  EXPECT_DOUBLE_EQ(result.score.recall, 0.5);
  EXPECT_DOUBLE_EQ(result.score.precision, 0.5);
  EXPECT_THAT(result.best, ElementsAre(0, 2));
  const auto none = score_with_alternatives(known, {}, labels, Scores::kCorrected);
  EXPECT_DOUBLE_EQ(none.score.precision, known.precision);
  EXPECT_THAT(none.best, ElementsAre(-1));
}

TEST(Alternatives, OfEqualRecallShareTheirPrecisionWithTheKnownOne) {
  const FaultLabels labels = parse_fault_labels("ACH(2), HNE, HBS, LAD");
  const auto known = score_localisation(parse_fault_labels("ACH(2)"), labels, Scores::kPrinted);
  const std::vector<AlternativeTruth> alternatives{{"", parse_fault_labels("ACH(2), HNE")}};
  const auto result = score_with_alternatives(known, alternatives, labels, Scores::kPrinted);
  EXPECT_THAT(result.best, ElementsAre(-1, 0));
  EXPECT_DOUBLE_EQ(result.score.precision, (0.25 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(result.score.f3, (0.77 + 0.91) / 2);
}

TEST(Stability, MeansAndDeviations) {
  const Stability stability = measure_stability(
      {{"A", 5, 3, 0.8}, {"A", 7, 7, 0.6}, {"B", 4, 2, 1.0}, {"B", 4, 4, 1.0}, {"C", 10, 5, 0.1}});
  EXPECT_DOUBLE_EQ(stability.mean_answers, 6);
  EXPECT_EQ(stability.fewest_answers, 4);
  EXPECT_EQ(stability.most_answers, 10);
  EXPECT_EQ(stability.smallest_sd, 0);
  EXPECT_NEAR(stability.largest_sd, std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(stability.mean_sd, std::sqrt(2.0) / 2, 1e-12);
  EXPECT_NEAR(stability.extracted_share, (0.6 + 1 + 0.5 + 1 + 0.5) / 5, 1e-12);
  EXPECT_NEAR(stability.f3_sd, 0.1 * std::sqrt(2.0) / 2, 1e-12);
  EXPECT_TRUE(std::isnan(measure_stability({}).mean_answers));
  EXPECT_TRUE(std::isnan(measure_stability({{"A", 5, 3, 0.8}}).mean_sd));
}

}  // namespace
}  // namespace dlfix::eval
