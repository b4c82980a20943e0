#include "mapping/findings/layer_mentions.h"

#include <gmock/gmock.h>

#include "tests/mapping/findings/sample_model.h"

namespace dlfix::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> layers(const char* text, const char* type = "LCN") {
  return resolve_layers(text, words_of(text), type, sample_model());
}

TEST(LayerMentions, OrdinalsAndKinds) {
  EXPECT_THAT(layers("The second convolutional layer is odd."), ElementsAre(2));
  EXPECT_THAT(layers("The first Conv2D layer is odd."), ElementsAre(0));
  EXPECT_THAT(layers("The last layer is odd."), ElementsAre(6));
  EXPECT_THAT(layers("The output layer is odd."), ElementsAre(6));
  EXPECT_THAT(layers("The first fully connected layer is odd."), ElementsAre(4));
  EXPECT_THAT(layers("The convolutional layers are odd."), ElementsAre(0, 2));
  EXPECT_THAT(layers("All hidden layers are odd."), ElementsAre(0, 2, 4));
  EXPECT_THAT(layers("All layers except the output layer are odd."), ElementsAre(0, 2, 4));
  EXPECT_THAT(layers("The first Dense layer and the output layer are odd."), ElementsAre(4, 6));
  EXPECT_THAT(layers("The dropout layer is odd.", "RCD"), ElementsAre(5));
}

TEST(LayerMentions, SizesCodeAndLines) {
  EXPECT_THAT(layers("Dense(128) is odd."), ElementsAre(4));
  EXPECT_THAT(layers("The layer with 64 filters is odd."), ElementsAre(2));
  EXPECT_THAT(layers("See model.layers[2], it is odd."), ElementsAre(2));
  EXPECT_THAT(layers("The call in line 24 is odd."), ElementsAre(4));
}

TEST(LayerMentions, TheFormThatPromptsAskFor) {
  EXPECT_THAT(layers("[layer 2, line 22] The activation is odd.", "ACH"), ElementsAre(2));
  EXPECT_THAT(layers("[training, line 31] The rate is odd.", "ACH"), IsEmpty());
  EXPECT_THAT(layers("Layer 2 is odd.", "ACH"), IsEmpty());  // counted from 0 or from 1?
}

TEST(LayerMentions, AnActivationOfItsOwnIsTheLayerToChange) {
  EXPECT_THAT(layers("The activation of the output layer is odd.", "ACH"), ElementsAre(7));
  EXPECT_THAT(layers("The activation of the first Dense layer is odd.", "ACH"), ElementsAre(4));
}

TEST(LayerMentions, ValuesOfTheProgramNameTheirLayers) {
  EXPECT_THAT(layers("The model uses tanh, relu would be better.", "ACH"), ElementsAre(2));
  EXPECT_THAT(layers("The kernel initializer is zeros.", "WCI"), ElementsAre(4));
}

TEST(LayerMentions, WhatCannotBeToldIsEmpty) {
  EXPECT_THAT(layers("The hidden layer is odd."), IsEmpty());       // there are three
  EXPECT_THAT(layers("The dense layer is odd."), IsEmpty());        // there are two
  EXPECT_THAT(layers("The fifth Dense layer is odd."), IsEmpty());  // there is none
  EXPECT_THAT(layers("The LSTM layer is odd."), IsEmpty());
  EXPECT_THAT(layers("Some layer is odd."), IsEmpty());
  EXPECT_THAT(layers("The call in line 99999999999999999999 is odd."), IsEmpty());
  EXPECT_THAT(layers("The output layer is odd.", "HLR"), IsEmpty());  // has no layer
  EXPECT_THAT(resolve_layers("The output layer", words_of("The output layer"), "ACH", {}),
              IsEmpty());
}

}  // namespace
}  // namespace dlfix::mapping
