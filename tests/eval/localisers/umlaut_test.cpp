// UMLAUT's heuristics, and its row for every benchmark program (Table 13 of the paper).
#include "eval/localisers/umlaut/umlaut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "programs.h"

namespace dlfix::eval::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> rules(const Localisation& result) {
  std::vector<std::string> rules;
  for (const RuleFinding& finding : result.findings) {
    if (finding.dropped.empty()) rules.push_back(finding.rule);
  }
  return rules;
}

mapping::Program classifier(double rate = 0.001) {
  auto program =
      program_of({dense(4, "relu"), dense(3, "softmax")}, {4}, "categorical_crossentropy", 3);
  program.compile.optimizer.learning_rate = rate;
  return program;
}

Localisation watch(std::vector<trainer::EpochRecord> epochs, std::optional<InputFacts> input = {},
                   ToolReading reading = ToolReading::kFaithful) {
  return run_umlaut(classifier(), UmlautTraining{std::move(epochs), std::move(input)}, reading);
}

/// Loss, accuracy and both of the validation rows.
trainer::EpochRecord epoch(double loss, double accuracy, double val_loss, double val_accuracy) {
  return {loss, accuracy, val_loss, val_accuracy, 0.001};
}

TEST(Umlaut, AdvisesSoftmaxUnlessALayerIsCalledSo) {
  EXPECT_THAT(rules(run_umlaut(classifier(), {}, ToolReading::kFaithful)), ElementsAre("H1", "H3"));
  auto program = program_of({dense(4, "relu"), dense(3), layer("Softmax")}, {4},
                            "categorical_crossentropy", 3);
  EXPECT_THAT(rules(run_umlaut(program, {}, ToolReading::kFaithful)), IsEmpty());
  program.model.layers[1] = dense(3, "tanh");
  EXPECT_THAT(rules(run_umlaut(program, {}, ToolReading::kFaithful)), ElementsAre("H3"));
  EXPECT_THAT(rules(run_umlaut(program, {}, ToolReading::kMended)), ElementsAre("H3"));
}

TEST(Umlaut, MendedAsksWhatTheLossWants) {
  const auto mended = [](const char* loss, const char* activation) {
    return rules(run_umlaut(program_of({dense(4, "relu"), dense(1, activation)}, {4}, loss, 1), {},
                            ToolReading::kMended));
  };
  EXPECT_THAT(mended("binary_crossentropy", "softmax"), ElementsAre("H1"));
  EXPECT_THAT(mended("binary_crossentropy", "sigmoid"), IsEmpty());
  EXPECT_THAT(mended("mean_squared_error", "linear"), IsEmpty());
  EXPECT_THAT(mended("categorical_crossentropy", "linear"), ElementsAre("H1"));
}

TEST(Umlaut, MissingActivationsAndHighDropout) {
  const auto program = program_of({dense(4), layer("Dropout", {{"rate", 0.6}}), dense(4, "relu"),
                                   layer("Dropout", {{"rate", 0.5}}), dense(3, "softmax")},
                                  {4}, "categorical_crossentropy", 3);
  const auto result = run_umlaut(program, {}, ToolReading::kMended);
  EXPECT_THAT(rules(result), ElementsAre("H2", "H4"));
  EXPECT_EQ(to_string(labels_of(result)), "ACH(0), RCD(1)");
}

TEST(Umlaut, LearningRatesInSinglePrecision) {
  const auto has = [](double rate) {
    return rules(run_umlaut(classifier(rate), {}, ToolReading::kMended));
  };
  EXPECT_THAT(has(0.01), IsEmpty());
  EXPECT_THAT(has(0.011), ElementsAre("H9"));
  EXPECT_THAT(has(1e-7), IsEmpty());
  EXPECT_THAT(has(9e-8), ElementsAre("H9"));
  EXPECT_THAT(has(-1), ElementsAre("H9"));
}

TEST(Umlaut, Overfitting) {
  const auto fit = [](double loss, double val_loss) {
    return rules(watch({epoch(1, 0.5, 1, 0.5), epoch(loss, 0.5, val_loss, 0.5)}));
  };
  EXPECT_THAT(fit(1, 1.1), Contains("H10"));
  EXPECT_THAT(fit(1.1, 1.2), Not(Contains("H10")));
  EXPECT_THAT(fit(0.9, 1), Not(Contains("H10")));
  EXPECT_THAT(fit(0.9, kNan), Not(Contains("H10")));
}

TEST(Umlaut, SuspiciousAccuracyFromTheFourthEpochOn) {
  const auto good = epoch(1, 0.5, 1, 0.96);
  EXPECT_THAT(rules(watch({good, good, good})), Not(Contains("H11")));
  EXPECT_THAT(rules(watch({good, good, good, good})), Contains("H11"));
  const auto close = epoch(1, 0.5, 1, 0.55);
  EXPECT_THAT(rules(watch({close, close, close, epoch(1, 0.5, 1, 0.5625)})), Contains("H11"));
  EXPECT_THAT(rules(watch({close, close, close, epoch(1, 0.5, 1, 0.53)})), Not(Contains("H11")));
}

TEST(Umlaut, Inputs) {
  const auto seen = [](InputFacts input, double loss = 1) {
    return rules(watch({epoch(loss, 0.5, kNan, kNan)}, std::move(input)));
  };
  EXPECT_THAT(seen({{28, 28, 1}, -1, 1, false}), Not(Contains("H6")));
  EXPECT_THAT(seen({{28, 28, 1}, 0, 255, false}), Contains("H6"));
  EXPECT_THAT(seen({{1, 28, 28}, 0, 1, false}), Contains("H5"));
  EXPECT_THAT(seen({{4}, 0, 1, true}), Not(Contains("H8")));
  EXPECT_THAT(seen({{4}, 0, 1, true}, kNan), Contains("H8"));
}

TEST(Umlaut, SaysWhatItCouldNotLookAt) {
  EXPECT_EQ(run_umlaut(classifier(), {}, ToolReading::kMended).not_checked.size(), 1U);
  EXPECT_THAT(watch({epoch(1, 1, 1, 1)}).not_checked, IsEmpty());
}

struct Row {
  const char* id;
  const char* labels;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.id; }

// As printed, but for D2 (ACH(7) in a program of the layers 0 to 6) and D9 (with layer 4, Flatten).
constexpr Row kTable13[] = {{"M1", "HLR"},
                            {"M2", "ACH(7), HLR"},
                            {"M3", "-"},
                            {"C1", "-"},
                            {"C2", "-"},
                            {"C3", "-"},
                            {"R1", "-"},
                            {"R2", "ACH(2)"},
                            {"R3", "HLR"},
                            {"R4", "-"},
                            {"R5", "-"},
                            {"R6", "-"},
                            {"R7", "ACH(2)"},
                            {"D1", "-"},
                            {"D2", "ACH(6)"},
                            {"D3", "-"},
                            {"D4", "ACH(0,1), HLR"},
                            {"D5", "-"},
                            {"D6", "-"},
                            {"D7", "-"},
                            {"D8", "-"},
                            {"D9", "ACH(0,2)"}};

class UmlautTable : public ::testing::TestWithParam<Row> {};

TEST_P(UmlautTable, IsReproduced) {
  for (const auto& [folder, id] : benchmark_ids()) {
    if (id != GetParam().id) continue;
    const auto result = run_umlaut(benchmark_program(folder), {}, ToolReading::kStudy);
    EXPECT_EQ(to_string(labels_of(result)), GetParam().labels);
    return;
  }
  FAIL() << "no benchmark program for " << GetParam().id;
}

INSTANTIATE_TEST_SUITE_P(Faults, UmlautTable, ::testing::ValuesIn(kTable13),
                         [](const auto& info) { return std::string(info.param.id); });

}  // namespace
}  // namespace dlfix::eval::testing
