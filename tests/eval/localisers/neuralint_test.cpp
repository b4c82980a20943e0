// NeuraLint's rules on small models whose findings the published tool was seen to give.
#include "eval/localisers/neuralint/neuralint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "eval/localisers/neuralint/rules.h"
#include "programs.h"

namespace dlfix::eval::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

Localisation lint(const mapping::Program& program, ToolReading reading = ToolReading::kFaithful) {
  return run_neuralint(program, {}, reading);
}

/// "f009@1": node 1 as the tool counts (its printed number is one less); learner: "f020".
std::vector<std::string> codes(const Localisation& result) {
  std::vector<std::string> codes;
  for (const RuleFinding& finding : result.findings) {
    const bool on_layer = !finding.layers.empty() && finding.message.starts_with("layer");
    codes.push_back(finding.rule +
                    (on_layer ? "@" + std::to_string(finding.printed_layers.at(0) + 1) : ""));
  }
  return codes;
}

std::vector<std::string> codes(const mapping::Program& program,
                               ToolReading reading = ToolReading::kFaithful) {
  return codes(lint(program, reading));
}

TEST(Neuralint, HasTwentySevenRulesOfDifferentCodes) {
  std::set<std::string> known;
  for (const LintRule& rule : lint_rules()) {
    known.insert(rule.code);
    ASSERT_NE(rule.info, nullptr) << rule.code;
    EXPECT_EQ(rule.info->tool, "neuralint") << rule.code;
  }
  EXPECT_EQ(known.size(), 27U);
  EXPECT_EQ(*known.begin(), "f001");
  EXPECT_EQ(*known.rbegin(), "f027");
}

TEST(Neuralint, DeepBlocksOfOneConvolution) {
  std::vector<trainer::LayerSpec> layers{conv(16, 3, "relu", "same"), conv(16, 3, "relu", "same")};
  for (int filters : {32, 32, 64, 64, 64}) {
    layers.push_back(conv(filters, 3, "relu", "same"));
    layers.push_back(max_pool());
  }
  layers.push_back(layer("Flatten"));
  layers.push_back(dense(2, "softmax"));
  const auto found = codes(program_of(layers, {64, 64, 3}, "categorical_crossentropy", 2));
  EXPECT_THAT(found, UnorderedElementsAre("f025@8", "f025@11", "f025@14"));
}

TEST(Neuralint, WindowsThatDoNotFit) {
  const std::vector<trainer::LayerSpec> whole{conv(8, 3, "relu"), max_pool(),
                                              conv(8, 3, "relu"), max_pool(),
                                              layer("Flatten"),   dense(2, "softmax")};
  EXPECT_THAT(codes(program_of(whole, {6, 6, 1}, "categorical_crossentropy", 2)),
              UnorderedElementsAre("f013@4", "f013@6"));
  std::vector<trainer::LayerSpec> less = whole;
  less.erase(less.begin() + 3);
  EXPECT_THAT(codes(program_of(less, {6, 6, 1}, "categorical_crossentropy", 2)),
              ElementsAre("f002"));
}

TEST(Neuralint, OrderOfNormalisationAndDropout) {
  const auto program = program_of(
      {dense(8, "relu"), layer("BatchNormalization"), layer("Activation", {{"activation", "relu"}}),
       layer("Dropout", {{"rate", 0.5}}), layer("BatchNormalization"), dense(1, "sigmoid")},
      {4}, "binary_crossentropy", 1);
  EXPECT_THAT(codes(program), UnorderedElementsAre("f005@1", "f003@1", "f006@5"));
}

TEST(Neuralint, DropoutBeforePooling) {
  const auto program = program_of(
      {conv(4, 3), layer("Dropout", {{"rate", 0.2}}), layer("Activation", {{"activation", "relu"}}),
       max_pool(), conv(4, 3, "relu"), layer("Dropout", {{"rate", 0.2}}), max_pool(),
       layer("Flatten"), dense(3, "softmax")},
      {28, 28, 1}, "categorical_crossentropy", 3);
  EXPECT_THAT(codes(program), UnorderedElementsAre("f018@2", "f018@7"));
}

TEST(Neuralint, DeepNetworkWithoutMaxPooling) {
  std::vector<trainer::LayerSpec> layers;
  for (int i = 0; i < 5; ++i) {
    layers.push_back(conv(8, 3, "relu", "same"));
    layers.push_back(average_pool());
  }
  layers.push_back(layer("Flatten"));
  layers.push_back(dense(3, "softmax"));
  EXPECT_THAT(codes(program_of(layers, {64, 64, 1}, "categorical_crossentropy", 3)),
              ElementsAre("f027"));
}

TEST(Neuralint, AnActivationFartherOnDoesNotCount) {
  // The activation is three nodes on: not missing. Four: missing.
  const auto near = program_of({dense(4), layer("Flatten"), dense(4, "relu"), dense(2, "softmax")},
                               {4}, "categorical_crossentropy", 2);
  EXPECT_THAT(codes(near), Not(Contains("f009@1")));
  const auto far = program_of({dense(4), layer("Flatten"), layer("Dropout", {{"rate", 0.1}}),
                               dense(4, "relu"), dense(2, "softmax")},
                              {4}, "categorical_crossentropy", 2);
  EXPECT_THAT(codes(far), Contains("f009@1"));
}

TEST(Neuralint, LossAndLastActivation) {
  const auto outputs = [](const char* loss, const char* activation, int units, int width) {
    return codes(program_of({dense(4, "relu"), dense(units, activation)}, {4}, loss, width));
  };
  EXPECT_THAT(outputs("categorical_crossentropy", "softsign", 3, 3), ElementsAre("f020"));
  EXPECT_THAT(outputs("categorical_crossentropy", "softmax", 3, 3), IsEmpty());
  EXPECT_THAT(outputs("categorical_crossentropy", "linear", 3, 3), IsEmpty());
  EXPECT_THAT(outputs("sparse_categorical_crossentropy", "tanh", 3, 2), IsEmpty());
  EXPECT_THAT(outputs("hinge", "softmax", 3, 3), ElementsAre("f015"));
  EXPECT_THAT(outputs("mean_squared_error", "linear", 1, 1), IsEmpty());
  EXPECT_THAT(outputs("binary_crossentropy", "softmax", 1, 1), ElementsAre("f012", "f017", "f020"));
  EXPECT_THAT(outputs("binary_crossentropy", "sigmoid", 1, 1), IsEmpty());
}

TEST(Neuralint, WeightsAndBiasesThatStartWrong) {
  const auto program = [](nlohmann::json more) {
    return program_of({dense(4, "relu", std::move(more)), dense(2, "softmax")}, {4},
                      "categorical_crossentropy", 2);
  };
  const auto mended = ToolReading::kMended;
  EXPECT_THAT(codes(program({{"kernel_initializer", "zeros"}}), mended), ElementsAre("f004@1"));
  EXPECT_THAT(codes(program({{"kernel_initializer", {{"class", "ones"}}}}), mended),
              ElementsAre("f004@1"));
  EXPECT_THAT(codes(program({{"bias_initializer", {{"class", "random_normal"}}}}), mended),
              ElementsAre("f024@1"));
  EXPECT_THAT(codes(program({{"bias_initializer", {{"class", "zeros"}}}}), mended), IsEmpty());
}

TEST(Neuralint, SizesThatShrinkOrGrow) {
  EXPECT_THAT(codes(program_of({dense(4, "relu"), dense(9, "relu"), dense(2, "softmax")}, {4},
                               "categorical_crossentropy", 2)),
              ElementsAre("f019@1"));
  EXPECT_THAT(codes(program_of({conv(16, 5, "relu"), max_pool(), conv(8, 3, "relu"), max_pool(),
                                layer("Flatten"), dense(2, "softmax")},
                               {28, 28, 1}, "categorical_crossentropy", 2)),
              UnorderedElementsAre("f016@1", "f023@1"));
}

TEST(Neuralint, ConvolutionIntoDenseWithoutFlatten) {
  EXPECT_THAT(codes(program_of({conv(8, 3, "relu"), max_pool(), dense(2, "softmax")}, {28, 28, 1},
                               "categorical_crossentropy", 2)),
              Contains("f011@3"));
}

TEST(Neuralint, OneDimensionalConvolutionsAreAlwaysFlaggedUnlessMended) {
  const auto program = program_of(
      {layer("Conv1D", {{"filters", 4}, {"kernel_size", {3}}, {"activation", "relu"}}),
       layer("MaxPooling1D", {{"pool_size", {2}}}), layer("Flatten"), dense(2, "softmax")},
      {20, 3}, "categorical_crossentropy", 2);
  EXPECT_THAT(codes(program), ElementsAre("f002"));
  EXPECT_THAT(codes(program, ToolReading::kMended), IsEmpty());
}

TEST(Neuralint, MendedKnowsClassIdsAndLogits) {
  auto ids = program_of({dense(4, "relu"), dense(3, "softmax")}, {4},
                        "sparse_categorical_crossentropy", 1);
  EXPECT_THAT(codes(ids), ElementsAre("f017"));
  EXPECT_THAT(codes(ids, ToolReading::kMended), IsEmpty());
  ids.compile.loss_options = {{"from_logits", true}};
  EXPECT_THAT(codes(ids, ToolReading::kMended), ElementsAre("f015"));
}

TEST(Neuralint, SaysWhatItCouldNotLookAt) {
  const auto result =
      lint(program_of({dense(4, "relu"), dense(1, "softmax")}, {4}, "binary_crossentropy"));
  EXPECT_THAT(codes(result), ElementsAre("f020"));
  EXPECT_THAT(result.not_checked, ElementsAre(HasSubstr("f008, f012, f017")));
}

TEST(Neuralint, SkipsLayersThatItDoesNotKnowUnlessMended) {
  const auto program =
      program_of({dense(4), layer("LSTM", {{"units", 4}}), dense(4, "relu"), dense(2, "softmax")},
                 {4, 2}, "categorical_crossentropy", 2);
  // Without the LSTM the relu is two nodes on; it is three with it.
  EXPECT_THAT(codes(program), IsEmpty());
  EXPECT_THAT(codes(program, ToolReading::kMended), IsEmpty());
}

TEST(Neuralint, TheStudyLeavesOutWhatSoftmaxAlreadyIs) {
  const auto program =
      program_of({dense(4, "relu"), dense(1, "softmax")}, {4}, "binary_crossentropy", 1);
  const auto result = lint(program, ToolReading::kStudy);
  EXPECT_EQ(to_string(labels_of(result)), "LCH");
  EXPECT_EQ(result.findings.size(), 3U);
  EXPECT_EQ(to_string(labels_of(lint(program))), "ACH(1), LCH");
}

TEST(Neuralint, FormsThatThePublishedToolCannotRead) {
  auto program = program_of({dense(1)}, {4}, "mean_squared_error", 1);
  EXPECT_THAT(lint(program, ToolReading::kStudy).not_applicable,
              Contains(HasSubstr("single layer")));
  program.model_kind = "functional";
  program.document["layer_sites"] = {{{"form", "list"}}};
  const auto result = lint(program, ToolReading::kFaithful);
  EXPECT_THAT(result.not_applicable, Contains(HasSubstr("not Sequential")));
  EXPECT_THAT(result.not_applicable, Contains(HasSubstr("as a list")));
}

}  // namespace
}  // namespace dlfix::eval::testing
