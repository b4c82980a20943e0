#include "eval/evidence/symptoms.h"

#include <gtest/gtest.h>

#include <cmath>

#include "eval/evidence/dependence.h"
#include "eval/evidence/problem.h"
#include "eval/evidence/source_lines.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

trainer::TrainingResult training(const std::vector<double>& losses, double metric = 0.5) {
  trainer::TrainingResult result;
  result.status = trainer::TrainingStatus::kOk;
  for (const double loss : losses) result.epochs.push_back({loss, metric, NAN, NAN, 0.001});
  return result;
}

Symptoms symptoms_of(const std::vector<double>& losses, double value, double trained = 0.5) {
  const std::vector<trainer::TrainingResult> results(3, training(losses, trained));
  const std::vector<double> values(3, value);
  SymptomInput input;
  input.results = results;
  input.values = values;
  input.baseline = {0.5, 0.02, "always answering class 1 gives accuracy 0.5"};
  return find_symptoms(input);
}

TEST(Symptoms, EachCurveHasItsOwn) {
  EXPECT_TRUE(symptoms_of({0.69, 0.69, 0.691, 0.69, 0.69}, 0.5).loss_flat);
  EXPECT_TRUE(symptoms_of({0.69, NAN}, 0.5).loss_is_nan);
  EXPECT_TRUE(symptoms_of({1, 0.9, 0.8, 0.7, 0.6}, 0.7).still_improving);
  EXPECT_TRUE(symptoms_of({1}, 0.7).still_improving);
  EXPECT_TRUE(symptoms_of({1, 2, 1, 2, 1, 2}, 0.7).oscillating);
  EXPECT_TRUE(symptoms_of({1, 0.1, 0.01}, 0.8, 0.99).overfitting);
}

TEST(Symptoms, GoodTrainingHasNone) {
  const Symptoms good = symptoms_of({1, 0.5, 0.2, 0.1, 0.06, 0.0599}, 0.95, 0.96);
  EXPECT_FALSE(good.loss_flat || good.loss_is_nan || good.at_baseline || good.still_improving);
  EXPECT_FALSE(good.oscillating || good.overfitting || good.dead_units || good.zero_gradient);
  EXPECT_TRUE(good.sentences.empty());
}

TEST(Symptoms, BaselineIsNamedInWords) {
  const Symptoms bad = symptoms_of({0.7, 0.69}, 0.51);
  EXPECT_TRUE(bad.at_baseline);
  ASSERT_FALSE(bad.sentences.empty());
  EXPECT_FALSE(symptoms_of({0.7, 0.4}, 0.8).at_baseline);
}

TEST(Problem, FormsOfLabels) {
  mapping::Program program;
  program.compile.loss = "mean_squared_error";
  EXPECT_EQ(detect_problem(program, Labels{1, {0, 1, 1}}).kind, ProblemKind::kBinary);
  EXPECT_EQ(detect_problem(program, Labels{1, {1.5, 2.25, 7}}).kind, ProblemKind::kRegression);
  EXPECT_EQ(detect_problem(program, Labels{1, {25, 90, 310}}).kind, ProblemKind::kRegression);
  const Problem one_hot = detect_problem(program, Labels{3, {0, 1, 0, 1, 0, 0}});
  EXPECT_EQ(one_hot.kind, ProblemKind::kMultiClass);
  EXPECT_TRUE(one_hot.one_hot);
  EXPECT_EQ(detect_problem(program, Labels{3, {0, 1, 1, 1, 0, 0}}).kind, ProblemKind::kMultiLabel);
  program.compile.loss = "sparse_categorical_crossentropy";
  EXPECT_EQ(detect_problem(program, Labels{1, {0, 3, 7}}).kind, ProblemKind::kMultiClass);
  EXPECT_EQ(detect_problem(program, Labels{}).kind, ProblemKind::kUnknown);
}

TEST(Dependence, IndependentDataRarelyLookDependent) {
  int dependent = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomStream random(seed);
    Table table{120, 10, {}};
    std::vector<double> labels;
    for (int i = 0; i < 120; ++i) {
      labels.push_back(static_cast<double>(random.index(3)));
      for (int j = 0; j < 10; ++j) table.values.push_back(random.uniform());
    }
    dependent += measure_dependence(table, labels, true, seed).z > 3.5 ? 1 : 0;
  }
  EXPECT_LE(dependent, 3);
}

TEST(Dependence, PositionAloneIsSeenWithoutAnyMarginalRelation) {
  // XOR of two coordinates: no single feature and no class centre shows it, neighbours do.
  RandomStream random(1);
  Table table{200, 2, {}};
  std::vector<double> labels;
  for (int i = 0; i < 200; ++i) {
    const double a = random.uniform() - 0.5;
    const double b = random.uniform() - 0.5;
    table.values.insert(table.values.end(), {a, b});
    labels.push_back((a > 0) != (b > 0) ? 1 : 0);
  }
  EXPECT_GT(measure_dependence(table, labels, true, 1).z, 6);
}

mapping::SourceLine line(int number, const std::string& text) {
  return {"model.py", number, number, text};
}

TEST(OneSidedReordering, FindsTheOddStatement) {
  const auto split = line(5, "x, xt, y, yt = train_test_split(x, y)");
  EXPECT_EQ(one_sided_reordering({split}, {line(4, "y = np.roll(y, 7)"), split})->line, 4);
  EXPECT_EQ(one_sided_reordering({line(3, "x = x[100:]")}, {line(4, "y = y[:-100]")})->line, 4);
  EXPECT_EQ(one_sided_reordering({line(3, "rng.shuffle(x)")}, {line(4, "rng.shuffle(y)")})->line,
            4);
}

TEST(OneSidedReordering, CounterpartsAreSilent) {
  EXPECT_FALSE(one_sided_reordering({line(3, "x = x[order]")}, {line(4, "y = y[order]")}));
  EXPECT_FALSE(one_sided_reordering({line(3, "x = data[:, 0:4]")}, {line(4, "y = data[:, 4]")}));
  const auto joint = line(3, "x, y = shuffle(x, y)");
  EXPECT_FALSE(one_sided_reordering({joint}, {joint}));
  EXPECT_FALSE(one_sided_reordering({line(3, "a = x[:80]")}, {line(4, "b = y[:80]")}));
}

}  // namespace
}  // namespace dlfix::eval
