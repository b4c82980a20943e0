#include "trainer/spec/shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_samples::layer;
using testing_samples::sequential;

Shape shape_of(const std::string& class_name, const json& attributes,
               const std::vector<Shape>& inputs) {
  const ShapeOutcome outcome = output_shape(layer(class_name, attributes, {}), inputs);
  EXPECT_EQ(outcome.problem, "") << class_name;
  return outcome.shape.value_or(Shape{-99});
}

std::string problem_of(const std::string& class_name, const json& attributes,
                       const std::vector<Shape>& inputs) {
  const ShapeOutcome outcome = output_shape(layer(class_name, attributes, {}), inputs);
  EXPECT_FALSE(outcome.shape.has_value()) << class_name;
  return outcome.problem;
}

// Expected shapes are those that keras.Model.summary() prints.
TEST(OutputShape, Dense) {
  EXPECT_THAT(shape_of("Dense", {{"units", 5}}, {{20}}), ElementsAre(5));
  EXPECT_THAT(shape_of("Dense", {{"units", 5}}, {{7, 20}}), ElementsAre(7, 5));
}

TEST(OutputShape, ConvolutionsAndPools) {
  const json conv{{"filters", 32}, {"kernel_size", {3, 3}}};
  EXPECT_THAT(shape_of("Conv2D", conv, {{28, 28, 1}}), ElementsAre(26, 26, 32));
  const json strided{{"filters", 8}, {"kernel_size", 3}, {"strides", {2, 2}}, {"padding", "same"}};
  EXPECT_THAT(shape_of("Conv2D", strided, {{7, 8, 3}}), ElementsAre(4, 4, 8));
  const json dilated{{"filters", 4}, {"kernel_size", {3}}, {"dilation_rate", {2}}};
  EXPECT_THAT(shape_of("Conv1D", dilated, {{10, 2}}), ElementsAre(6, 4));
  json causal = dilated;
  causal["padding"] = "causal";
  EXPECT_THAT(shape_of("Conv1D", causal, {{10, 2}}), ElementsAre(10, 4));
  EXPECT_THAT(shape_of("MaxPooling2D", {{"pool_size", {2, 2}}, {"strides", nullptr}}, {{5, 4, 3}}),
              ElementsAre(2, 2, 3));
  EXPECT_THAT(shape_of("AveragePooling1D", {{"pool_size", 2}, {"padding", "same"}}, {{5, 3}}),
              ElementsAre(3, 3));
  EXPECT_THAT(shape_of("SeparableConv2D", conv, {{28, 28, 3}}), ElementsAre(26, 26, 32));
  EXPECT_THAT(
      shape_of("DepthwiseConv2D", {{"kernel_size", 3}, {"depth_multiplier", 2}}, {{8, 8, 3}}),
      ElementsAre(6, 6, 6));
  EXPECT_THAT(shape_of("Conv2DTranspose", {{"filters", 4}, {"kernel_size", 3}, {"strides", 2}},
                       {{7, 7, 1}}),
              ElementsAre(15, 15, 4));
  json first = conv;
  first["data_format"] = "channels_first";
  EXPECT_THAT(shape_of("Conv2D", first, {{1, 28, 28}}), ElementsAre(32, 26, 26));
}

TEST(OutputShape, GlobalPools) {
  EXPECT_THAT(shape_of("GlobalMaxPooling1D", json::object(), {{9, 4}}), ElementsAre(4));
  EXPECT_THAT(shape_of("GlobalAveragePooling2D", {{"keepdims", true}}, {{5, 6, 4}}),
              ElementsAre(1, 1, 4));
}

TEST(OutputShape, Rearrangements) {
  EXPECT_THAT(shape_of("Flatten", json::object(), {{4, 5, 6}}), ElementsAre(120));
  EXPECT_THAT(shape_of("Flatten", json::object(), {{-1, 5}}), ElementsAre(-1));
  EXPECT_THAT(shape_of("Reshape", {{"target_shape", {7, -1}}}, {{28}}), ElementsAre(7, 4));
  EXPECT_THAT(shape_of("Permute", {{"dims", {2, 1}}}, {{3, 9}}), ElementsAre(9, 3));
  EXPECT_THAT(shape_of("RepeatVector", {{"n", 3}}, {{9}}), ElementsAre(3, 9));
  EXPECT_THAT(shape_of("ZeroPadding2D", {{"padding", {{1, 2}, {0, 3}}}}, {{4, 4, 1}}),
              ElementsAre(7, 7, 1));
  EXPECT_THAT(shape_of("ZeroPadding1D", {{"padding", {1, 2}}}, {{4, 1}}), ElementsAre(7, 1));
  EXPECT_THAT(shape_of("Cropping2D", {{"cropping", {1, 2}}}, {{8, 8, 1}}), ElementsAre(6, 4, 1));
  EXPECT_THAT(shape_of("UpSampling2D", {{"size", {2, 3}}}, {{4, 4, 1}}), ElementsAre(8, 12, 1));
}

TEST(OutputShape, Sequences) {
  EXPECT_THAT(shape_of("Embedding", {{"input_dim", 99}, {"output_dim", 8}}, {{12}}),
              ElementsAre(12, 8));
  EXPECT_THAT(shape_of("LSTM", {{"units", 6}}, {{12, 8}}), ElementsAre(6));
  EXPECT_THAT(shape_of("GRU", {{"units", 6}, {"return_sequences", true}}, {{-1, 8}}),
              ElementsAre(-1, 6));
  const json wrapped{{"layer", {{"class", "LSTM"}, {"attributes", {{"units", 6}}}}}};
  EXPECT_THAT(shape_of("Bidirectional", wrapped, {{12, 8}}), ElementsAre(12));
  json summed = wrapped;
  summed["merge_mode"] = "sum";
  EXPECT_THAT(shape_of("Bidirectional", summed, {{12, 8}}), ElementsAre(6));
  const json per_step{{"layer", {{"class", "Dense"}, {"attributes", {{"units", 3}}}}}};
  EXPECT_THAT(shape_of("TimeDistributed", per_step, {{12, 8}}), ElementsAre(12, 3));
}

TEST(OutputShape, Merges) {
  EXPECT_THAT(shape_of("Concatenate", {{"axis", -1}}, {{4, 3}, {4, 5}}), ElementsAre(4, 8));
  EXPECT_THAT(shape_of("Concatenate", {{"axis", 1}}, {{2, 3}, {4, 3}}), ElementsAre(6, 3));
  EXPECT_THAT(shape_of("Add", json::object(), {{4, 3}, {4, 3}}), ElementsAre(4, 3));
  EXPECT_THAT(shape_of("Multiply", json::object(), {{4, 3}, {1, 3}}), ElementsAre(4, 3));
}

TEST(OutputShape, WhatKerasRefusesIsAProblemThatNamesTheLayer) {
  const json conv{{"filters", 32}, {"kernel_size", {3, 3}}};
  EXPECT_THAT(problem_of("Conv2D", conv, {{2, 28, 1}}), HasSubstr("line 7"));
  EXPECT_THAT(problem_of("Conv2D", conv, {{784}}), HasSubstr("(784)"));
  EXPECT_THAT(problem_of("MaxPooling2D", {{"pool_size", 4}}, {{3, 3, 1}}),
              HasSubstr("does not fit"));
  EXPECT_NE(problem_of("Dense", {{"units", -1}}, {{3}}), "");
  EXPECT_NE(problem_of("Reshape", {{"target_shape", {5, -1}}}, {{28}}), "");
  EXPECT_NE(problem_of("Permute", {{"dims", {1, 1}}}, {{3, 4}}), "");
  EXPECT_NE(problem_of("LSTM", {{"units", 6}}, {{12}}), "");
  EXPECT_NE(problem_of("Concatenate", {{"axis", -1}}, {{4, 3}, {5, 3}}), "");
  EXPECT_NE(problem_of("Add", json::object(), {{4}, {3}}), "");
  EXPECT_NE(problem_of("Conv2D", {{"filters", 4}, {"kernel_size", 3}, {"groups", 2}}, {{8, 8, 3}}),
            "");
}

TEST(OutputShape, UnknownClassesAreNeitherShapeNorProblem) {
  const ShapeOutcome outcome =
      output_shape(layer("Lambda", json::object(), {}), std::vector<Shape>{{3}});
  EXPECT_FALSE(outcome.shape.has_value());
  EXPECT_EQ(outcome.problem, "");
  EXPECT_FALSE(has_shape_rule("Lambda"));
  EXPECT_TRUE(has_shape_rule("Dense"));
}

TEST(OutputShape, DamagedAttributesAreErrorsThatNameThem) {
  const auto fails = [](const std::string& class_name, const json& attributes, const char* name) {
    const std::vector<Shape> inputs{{8, 8, 3}};
    EXPECT_THAT([&] { output_shape(layer(class_name, attributes, {}), inputs); },
                testing::ThrowsMessage<support::InputError>(HasSubstr(name)));
  };
  fails("Dense", json::object(), "units");
  fails("Dense", {{"units", "many"}}, "units");
  fails("Conv2D", {{"filters", 3}}, "kernel_size");
  fails("Conv2D", {{"filters", 3}, {"kernel_size", {1, 2, 3}}}, "kernel_size");
  fails("Bidirectional", {{"layer", 3}}, "wrapped layer");
}

TEST(InferShapes, FollowsASequence) {
  const ModelSpec model = sequential(
      {28, 28, 1}, {layer("Conv2D", {{"filters", 2}, {"kernel_size", 5}}, {}),
                    layer("Flatten", json::object(), {}), layer("Dense", {{"units", 10}}, {})});
  const ModelShapes shapes = infer_shapes(model);
  EXPECT_EQ(shapes.problem, "");
  EXPECT_THAT(*shapes.of({1, 0}, model), ElementsAre(1152));
  EXPECT_THAT(*shapes.of(model.outputs[0], model), ElementsAre(10));
  EXPECT_THAT(shapes.inputs[2][0][0], ElementsAre(1152));
}

/// Two inputs, one shared Dense called on both, joined: the second call depends on a later layer.
ModelSpec shared_layer_model() {
  ModelSpec model;
  model.layers = {
      layer("InputLayer", json::object(), {}), layer("Dense", {{"units", 6}}, {{{0, 0}}, {{2, 0}}}),
      layer("Dense", {{"units", 4}}, {{{3, 0}}}), layer("InputLayer", json::object(), {}),
      layer("Concatenate", {{"axis", -1}}, {{{1, 0}, {1, 1}}})};
  model.input_shapes = {{4}, {9}};
  model.inputs = {{0, 0}, {3, 0}};
  model.outputs = {{4, 0}};
  return model;
}

TEST(InferShapes, FollowsAGraphWithASharedLayer) {
  const ModelSpec model = shared_layer_model();
  const ModelShapes shapes = infer_shapes(model);
  EXPECT_THAT(*shapes.of({1, 1}, model), ElementsAre(6));
  EXPECT_THAT(*shapes.of({4, 0}, model), ElementsAre(12));
}

TEST(InferShapes, StopsAtTheFirstProblem) {
  const ModelSpec model =
      sequential({4}, {layer("Dense", {{"units", 3}}, {}), layer("LSTM", {{"units", 3}}, {}),
                       layer("Dense", {{"units", 3}}, {})});
  const ModelShapes shapes = infer_shapes(model);
  EXPECT_EQ(shapes.problem_layer, 1);
  EXPECT_THAT(shapes.problem, HasSubstr("LSTM"));
  EXPECT_FALSE(shapes.of({2, 0}, model).has_value());
}

TEST(InferShapes, GoesPastUnknownLayersOnlyWhenAsked) {
  const ModelSpec model =
      sequential({4}, {layer("Lambda", json::object(), {}), layer("Dense", {{"units", 3}}, {})});
  EXPECT_FALSE(infer_shapes(model).of({1, 0}, model).has_value());
  const ModelShapes shapes = infer_shapes(model, UnknownLayers::kPassThrough);
  EXPECT_THAT(*shapes.of({1, 0}, model), ElementsAre(3));
}

TEST(InferShapes, SurvivesReferencesThatLeadNowhereOrInCircles) {
  ModelSpec model =
      sequential({4}, {layer("Dense", {{"units", 3}}, {}), layer("Dense", {{"units", 3}}, {})});
  model.layers[0].inbound = {{{1, 0}}};
  model.layers[1].inbound = {{{0, 0}}};
  EXPECT_FALSE(infer_shapes(model).of({0, 0}, model).has_value());
  model.layers[0].inbound = {{{77, 5}}};
  EXPECT_FALSE(infer_shapes(model).of({0, 0}, model).has_value());
  model.layers[0].inbound = {{{-2, -5}}};
  EXPECT_FALSE(infer_shapes(model).of({0, 0}, model).has_value());
}

}  // namespace
}  // namespace dlfix::trainer
