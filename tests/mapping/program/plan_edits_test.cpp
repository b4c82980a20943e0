#include <gmock/gmock.h>

#include "mapping/program/values.h"
#include "program_fixture.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PlanEdits : public ProgramFixture {};

const std::string kOwnInitializers = R"(import numpy as np
from keras.initializers import Constant, RandomNormal
from keras.layers import Dense
from keras.models import Sequential

small = RandomNormal(mean=0.0, stddev=0.1)
def half():
    return Constant(0.5)

model = Sequential()
model.add(Dense(16, input_shape=(8,), kernel_initializer=small, bias_initializer='zeros'))
model.add(Dense(3, kernel_initializer=small))
late = RandomNormal(mean=0.0, stddev=0.7)
model.compile(loss='mse', optimizer='sgd')
model.fit(np.zeros((20, 8)), np.zeros((20, 3)))
)";

TEST_F(PlanEdits, NamesThatTheProgramDefinesAreWrittenBare) {
  const Program program = read(kOwnInitializers);
  EXPECT_EQ(program.find("ki1")->value, "small");
  EXPECT_EQ(edited(program, program.config()), kOwnInitializers);
  const std::string text =
      edited(program, {{"ki1", "he_normal"}, {"bi1", "half"}, {"bi2", "half"}});
  EXPECT_THAT(text, HasSubstr("kernel_initializer='he_normal', bias_initializer=half()))\n"));
  EXPECT_THAT(text, HasSubstr("Dense(3, kernel_initializer=small, bias_initializer=half()))\n"));
  const nlohmann::json meant = {{"class", "constant"}, {"value", 0.5}};
  EXPECT_EQ(apply_config(program, {{"bi2", "half"}}).model.layers[1].attributes["bias_initializer"],
            meant);
}

TEST_F(PlanEdits, NamesDefinedBelowAreRefused) {
  const Program program = read(kOwnInitializers);
  EXPECT_EQ(edited(program, {{"ki1", "late"}}), kOwnInitializers);
  ASSERT_EQ(plan_.refusals.size(), 1U);
  EXPECT_EQ(plan_.refusals[0].reason, "line 11: late is defined only below, in line 13");
}

TEST_F(PlanEdits, OwnValuesMakeNoEdit) {
  const Program program = read(kSequential);
  EXPECT_EQ(edited(program, program.config()), kSequential);
  EXPECT_TRUE(plan_.edits.empty());
}

TEST_F(PlanEdits, LiteralsKeepTheirQuotes) {
  const Program program = read(kSequential);
  const std::string text = edited(program, {{"act1", "elu"}, {"act2", "sigmoid"}, {"unit2", 24}});
  EXPECT_THAT(text, HasSubstr("activation='elu'))  # first"));
  EXPECT_THAT(text, HasSubstr("model.add(Activation(\"sigmoid\"))"));
  EXPECT_THAT(text, HasSubstr("model.add(Dense(24))"));
}

TEST_F(PlanEdits, KeywordsAtOnePlaceAreJoined) {
  const Program program = read(kSequential);
  const std::string text = edited(program, {{"ki2", "HeNormal"}, {"bi2", "one"}});
  EXPECT_THAT(text,
              HasSubstr("Dense(12, bias_initializer='ones', kernel_initializer='he_normal')"));
}

TEST_F(PlanEdits, ObjectsBringTheirImport) {
  const Program program = read(kSequential);
  const nlohmann::json value = {{"class", "random_normal"}, {"mean", 0}, {"stddev", 1.0}};
  const std::string text = edited(program, {{"ki1", value}, {"reg2", "l2"}});
  EXPECT_THAT(text, HasSubstr("from keras import initializers\n"));
  EXPECT_THAT(text, HasSubstr("kernel_initializer=initializers.RandomNormal(mean=0"));
  EXPECT_THAT(text, HasSubstr("kernel_regularizer=regularizers.l2(0.01)"));
}

TEST_F(PlanEdits, AnotherOptimizerKeepsRateStyleAndSharedArguments) {
  const Program program = read(kSequential);
  const std::string text = edited(program, {{"optimizer", "adam"}});
  EXPECT_THAT(text, HasSubstr("optimizer=Adam(lr=0.1, clipnorm=1.0)"));
  EXPECT_THAT(text, HasSubstr("import Adam\n"));
}

TEST_F(PlanEdits, ARateAloneIsReplacedInPlaceAndStaysAFloat) {
  const Program program = read(kSequential);
  EXPECT_THAT(edited(program, {{"lr", 1}}), HasSubstr("SGD(lr=1.0, momentum=0.9, clipnorm=1.0)"));
}

TEST_F(PlanEdits, AStringOptimizerBecomesACallWhenItsRateChanges) {
  const Program program = read(kList);
  EXPECT_THAT(edited(program, {{"lr", 0.01}}),
              HasSubstr("compile(keras.optimizers.Adam(learning_rate=0.01), \"mse\")"));
  EXPECT_THAT(edited(program, {{"optimizer", "rmsprop"}}), HasSubstr("compile(\"rmsprop\", "));
  EXPECT_THAT(edited(program, {{"optimizer", "sgd"}}),
              HasSubstr("keras.optimizers.SGD(learning_rate=0.001)"));
}

TEST_F(PlanEdits, AddsLayersAsStatements) {
  const Program program = read(kSequential);
  const std::string text = edited(program, {{"bn1", true}, {"drop2", 0.5}, {"bn3", true}});
  EXPECT_THAT(text, HasSubstr("model.add(BatchNormalization(input_shape=(8,)))\n"
                              "model.add(Dense(16, input_shape=(8,)"));
  EXPECT_THAT(text, HasSubstr("model.add(Dropout(0.5))\nmodel.add(BatchNormalization())\n"
                              "model.add(Dense(3, "));
  EXPECT_THAT(text, HasSubstr("import BatchNormalization\n"));
}

TEST_F(PlanEdits, AddsLayersToListsAndCalls) {
  EXPECT_THAT(edited(read(kList), {{"bn2", true}}),
              HasSubstr("    layers.BatchNormalization(),\n    layers.Dense(8"));
  const std::string text = edited(read(kFunctional), {{"bn1", true}, {"bn2", true}});
  EXPECT_THAT(text, HasSubstr("layers.Dense(16, activation=\"relu\")"
                              "(layers.BatchNormalization()(inputs))"));
  EXPECT_THAT(text, HasSubstr("h = layers.BatchNormalization()(h)\nh = layers.Dense(8"));
}

TEST_F(PlanEdits, RepeatsAndRemovesStatements) {
  const Program program = read(kSequential);
  const std::string text = edited(program, {{"layer2", 3}, {"unit2", 9}});
  EXPECT_THAT(text, HasSubstr("model.add(Dense(9))\nmodel.add(Dense(9))\nmodel.add(Dense(9))\n"
                              "model.add(Activation"));
  EXPECT_THAT(edited(program, {{"layer2", 0}}), Not(HasSubstr("Dense(12)")));
}

TEST_F(PlanEdits, RepeatsAndRemovesElementsAndCalls) {
  EXPECT_THAT(edited(read(kList), {{"layer2", 0}}),
              HasSubstr("activation=\"relu\"),\n    layers.Dense(1),\n"));
  EXPECT_THAT(edited(read(kList), {{"layer2", 2}}),
              HasSubstr("    layers.Dense(8, activation=\"relu\"),\n"
                        "    layers.Dense(8, activation=\"relu\"),\n"));
  EXPECT_THAT(edited(read(kFunctional), {{"layer1", 0}}), HasSubstr("\nh = inputs\n"));
  EXPECT_THAT(edited(read(kFunctional), {{"layer1", 2}}),
              HasSubstr("(inputs)\nh = layers.Dense(16, activation=\"relu\")(h)\n"));
}

TEST_F(PlanEdits, RefusesToSplitASharedValue) {
  std::string text = kList;
  text.replace(text.find("import numpy"), 0, "ACT = 'relu'\n");
  for (int time = 0; time < 2; ++time) text.replace(text.find("\"relu\""), 6, "ACT");
  const Program program = read(text);
  EXPECT_EQ(edited(program, {{"act1", "tanh"}}), text);
  ASSERT_EQ(plan_.refusals.size(), 1u);
  EXPECT_THAT(plan_.refusals[0].reason, HasSubstr("act1 and act2"));
  EXPECT_THAT(edited(program, {{"act1", "tanh"}, {"act2", "tanh"}}), HasSubstr("ACT = 'tanh'"));
}

TEST_F(PlanEdits, RefusesScaleAndUnknownNamesAndBadValues) {
  const Program program = read(kSequential);
  EXPECT_EQ(edited(program, {{"scale", true}}), kSequential);
  ASSERT_EQ(plan_.refusals.size(), 1u);
  EXPECT_THROW(plan_edits(program, {{"act9", "relu"}}), support::InputError);
  EXPECT_THROW(plan_edits(program, {{"act1", "wave"}}), support::InputError);
  EXPECT_THROW(plan_edits(program, {{"unit1", 2.5}}), support::InputError);
  EXPECT_THROW(plan_edits(program, {{"lr", 0}}), support::InputError);
}

TEST_F(PlanEdits, RefusesAFileThatHasChanged) {
  const Program program = read(kSequential);
  std::ofstream(path_, std::ios::app) << "# more\n";
  EXPECT_THROW(plan_edits(program, {{"act1", "elu"}}), support::EnvironmentError);
}

TEST_F(PlanEdits, KeepsCarriageReturns) {
  std::string text;
  for (const char c : kSequential) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const Program program = read(text);
  const std::string changed = edited(program, {{"bn2", true}});
  EXPECT_THAT(changed, HasSubstr("model.add(BatchNormalization())\r\nmodel.add(Dense(12))\r\n"));
  EXPECT_EQ(std::count(changed.begin(), changed.end(), '\n'),
            std::count(changed.begin(), changed.end(), '\r'));
}

TEST_F(PlanEdits, ConfigFormNamesEveryValue) {
  const Program program = read(kSequential);
  plan_ = plan_config_form(program);
  const std::string text = apply_edits(read_sources(program), plan_).at(program.path);
  EXPECT_THAT(
      text,
      HasSubstr("for _ in range(config[\"layer2\"]):\n    model.add(Dense(config[\"unit2\"]"));
  EXPECT_THAT(text, HasSubstr("activation=config[\"act1\"]"));
  EXPECT_THAT(text, HasSubstr("optimizers.get({\"class_name\": config[\"optimizer\"], \"config\": "
                              "{\"lr\": config[\"lr\"], \"momentum\": config[\"momentum\"], "
                              "\"clipnorm\": 1.0}})"));
  EXPECT_THAT(text, HasSubstr("epochs=config[\"epochs\"], batch_size=config[\"batch_size\"]"));
  EXPECT_THAT(text, Not(HasSubstr("config[\"bn1\"]")));
}

TEST_F(PlanEdits, ConfigFormsOfTheBenchmarkShowEveryNameOfTheStudy) {
  for (const char* id :
       {"C1", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "M1", "R1", "U1"}) {
    const std::string folder = DLFIX_SOURCE_DIR "/data/benchmark/" + std::string(id);
    options_.name_map_file = folder + "/manifest.json";
    const Program program = inspect_program(folder + "/faulty.py", options_);
    const auto texts = apply_edits(read_sources(program), plan_config_form(program));
    for (const auto& hp : program.hyperparameters) {
      if (std::string(id) == "D7" && hp.name == "unit1") continue;  // nothing reads it
      EXPECT_THAT(texts.at(program.path), HasSubstr("config[\"" + hp.name + "\"]")) << id;
    }
  }
}

}  // namespace
}  // namespace dlfix::mapping
