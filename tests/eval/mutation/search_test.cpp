// Binary search with oracles, ranges and value lists.
#include <gtest/gtest.h>

#include "eval/mutation/binary_search.h"
#include "eval/mutation/mutation_operators.h"
#include "eval/mutation/mutation_values.h"
#include "subjects.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using support::InputError;
using Values = std::vector<double>;

BinarySearchResult search_at_most(const OrderedRange& range, double killed_up_to) {
  return search_weakest_killed(range, [=](double value) { return value <= killed_up_to; });
}

TEST(BinarySearch, MnistEpochs) {
  const OrderedRange range = published_range("mnist", "HNE").value();
  const BinarySearchResult seven = search_at_most(range, 7);
  EXPECT_EQ(seven.tested, (Values{1, 6, 9, 8, 7}));  // (6 + 9) / 2 = 7.5 -> 8
  EXPECT_EQ(seven.killed, 7);
  EXPECT_EQ(seven.survived, 8);
  const BinarySearchResult three = search_at_most(range, 3);
  EXPECT_EQ(three.tested, (Values{1, 6, 4, 2, 3}));  // 3.5 -> 4, 2.5 -> 2
  EXPECT_EQ(three.killed, 3);
  EXPECT_EQ(three.survived, 4);
  const BinarySearchResult none = search_at_most(range, 0);
  EXPECT_EQ(none.tested, Values{1});
  EXPECT_FALSE(none.killed.has_value());
  EXPECT_EQ(none.survived, 1);
  const BinarySearchResult all = search_at_most(range, 12);
  EXPECT_EQ(all.killed, 11);
  EXPECT_EQ(all.survived, 12);
}

TEST(BinarySearch, LearningRates) {
  const BinarySearchResult mnist = search_at_most(published_range("mnist", "HLR").value(), 0.3);
  EXPECT_EQ(mnist.tested, (Values{0.001, 0.5, 0.251, 0.376, 0.314, 0.282, 0.298, 0.306}));
  EXPECT_EQ(mnist.killed, 0.298);
  // Udacity's precision is so coarse that its search may end soon, but it ends.
  const BinarySearchResult udacity = search_at_most(published_range("udacity", "HLR").value(), 1);
  EXPECT_EQ(udacity.killed, 9e-5);
  EXPECT_FALSE(published_range("mnist", "TCL").has_value());
  EXPECT_FALSE(published_range("reuters", "HLR").has_value());
}

TEST(BinarySearch, SharesOfTheData) {
  const auto is_killed = [](double percent) { return percent >= 42; };
  const BinarySearchResult result =
      search_weakest_killed(mutation_range(mnist(), "TCL"), is_killed);
  EXPECT_EQ(result.tested, (Values{100, 50, 25, 37.5, 43.75, 40.62}));
  EXPECT_EQ(result.killed, 43.75);
  EXPECT_EQ(result.survived, 40.62);
  EXPECT_EQ(mutation_range(mnist(), "TRD").strong, 99);
}

TEST(BinarySearch, EndsWhereRoundingMovesNothing) {
  const BinarySearchResult result = search_at_most({10, 1, 0.01, 0}, 5);
  EXPECT_EQ(result.killed, 5);
  EXPECT_EQ(result.survived, 6);
}

TEST(BinarySearch, ImpossibleRanges) {
  const auto never = [](double) { return false; };
  EXPECT_THROW(search_weakest_killed({1, 1, 1, 0}, never), InputError);
  EXPECT_THROW(search_weakest_killed({0, 1, 0, 0}, never), InputError);
  EXPECT_THROW(search_weakest_killed({0, INFINITY, 1, 0}, never), InputError);
  EXPECT_THROW(search_weakest_killed({0, 1, 1, -1}, never), InputError);
}

TEST(BinarySearch, RoundsAsPython) {
  EXPECT_EQ(python_round(2.5, 0), 2);
  EXPECT_EQ(python_round(3.5, 0), 4);
  EXPECT_EQ(python_round(-2.5, 0), -2);
  EXPECT_EQ(python_round(2.675, 2), 2.67);
  EXPECT_EQ(python_round(0.5005, 3), 0.5);
  EXPECT_EQ(python_round(0.125, 2), 0.12);
}

TEST(MutationRanges, FollowTheProgram) {
  const OrderedRange rate = mutation_range(mnist(), "HLR");
  EXPECT_EQ(rate.weak, 1);
  EXPECT_EQ(rate.strong, 0.1);
  EXPECT_EQ(rate.decimals, 2);
  EXPECT_EQ(mutation_range(regression(), "HLR").decimals, 5);
  EXPECT_EQ(mutation_range(mnist(), "HNE").precision, 1);
  mapping::Program longer = mnist();
  longer.fit.epochs = 50;
  EXPECT_EQ(mutation_range(longer, "HNE").precision, 5);
  EXPECT_EQ(mutation_range(mnist(), "RCP").strong, 1);
  EXPECT_THROW(mutation_range(mnist(), "ACH"), InputError);
  EXPECT_THROW(mutation_range(mnist(), "XYZ"), InputError);
}

TEST(MutationValues, LeaveOutWhatTheProgramHas) {
  const auto has = [](const std::vector<nlohmann::json>& values, const char* name) {
    return std::find(values.begin(), values.end(), name) != values.end();
  };
  EXPECT_EQ(mutation_values(mnist(), "ACH", 0).size(), 10U);
  EXPECT_FALSE(has(mutation_values(mnist(), "ACH", 0), "relu"));
  EXPECT_TRUE(has(mutation_values(mnist(), "ACH", 7), "relu"));
  EXPECT_EQ(mutation_values(mnist(), "WCI", 0).size(), 12U);
  EXPECT_FALSE(has(mutation_values(mnist(), "WCI", 0), "glorot_uniform"));
  EXPECT_EQ(mutation_values(mnist(), "RAW", 0).size(), 3U);
  EXPECT_EQ(mutation_values(mnist(), "RCD", 3).size(), 3U);
  EXPECT_EQ(mutation_values(mnist(), "HBS").size(), 4U);  // 128 is not in the list
  EXPECT_EQ(mutation_values(regression(), "HBS").size(), 3U);
  EXPECT_EQ(mutation_values(mnist(), "LCH").size(), 12U);
  EXPECT_EQ(mutation_values(mnist(), "OCH").size(), 6U);
  EXPECT_FALSE(has(mutation_values(mnist(), "OCH"), "adadelta"));
  EXPECT_TRUE(mutation_values(mnist(), "OCG").empty());
  EXPECT_THROW(mutation_values(mnist(), "ACH", 8), InputError);
}

}  // namespace
}  // namespace dlfix::eval::testing
