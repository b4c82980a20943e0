// Each operator on programs made by hand.
#include "eval/mutation/mutation_operators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "subjects.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using nlohmann::json;
using support::InputError;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MutatedProgram made(const mapping::Program& program, const char* id,
                    const MutationParameters& parameters = {}) {
  const MutationOutcome outcome = mutate(program, id, parameters);
  EXPECT_TRUE(outcome.mutant.has_value()) << id << ": " << outcome.why_not;
  if (!outcome.mutant) throw std::runtime_error("no mutant");
  return apply_mutant(program, *outcome.mutant);
}

json attribute(const MutatedProgram& program, std::size_t layer, const char* name) {
  return program.configured.model.layers[layer].attributes[name];
}

std::string why_not(const mapping::Program& program, const char* id,
                    const MutationParameters& parameters = {}) {
  const MutationOutcome outcome = mutate(program, id, parameters);
  EXPECT_EQ(outcome.mutant.has_value(), outcome.why_not.empty());
  return outcome.why_not;
}

TEST(MutationOperators, AreTheTwentyFourThatArePublished) {
  std::set<std::string> ids;
  for (const MutationOperator& operation : mutation_operators()) ids.insert(operation.id);
  EXPECT_EQ(mutation_operators().size(), 24U);
  EXPECT_EQ(ids.size(), 24U);
  EXPECT_THROW(mutation_operator("ABC"), InputError);
}

TEST(MutationOperators, Activations) {
  EXPECT_EQ(attribute(made(mnist(), "ACH", {0, "tanh"}), 0, "activation"), "tanh");
  const auto mutant = *mutate(mnist(), "ARM", {7}).mutant;
  EXPECT_EQ(mutant.name(), "ARM(7)");
  EXPECT_EQ(mutant.config, (mapping::Config{{"act4", "linear"}}));
  EXPECT_EQ(attribute(made(mnist(), "ARM", {7}), 7, "activation"), "linear");
  EXPECT_EQ(attribute(made(regression(), "AAL", {1, "softplus"}), 1, "activation"), "softplus");
  EXPECT_THAT(mutable_layers(mnist(), "ACH"), ElementsAre(0, 1, 5, 7));
  EXPECT_THAT(mutable_layers(regression(), "ARM"), IsEmpty());
  EXPECT_THAT(mutable_layers(regression(), "AAL"), ElementsAre(0, 1));
  // The public code's default layer 6 of MNIST is a Dropout.
  EXPECT_THAT(why_not(mnist(), "ACH", {6, "tanh"}), HasSubstr("layer 6: it has no activation"));
  EXPECT_THAT(why_not(mnist(), "ACH", {0, "relu"}), HasSubstr("has already"));
  EXPECT_THAT(why_not(mnist(), "AAL", {0, "tanh"}), HasSubstr("has an activation already"));
}

TEST(MutationOperators, WithoutAHyperparameterTheLayerItselfIsChanged) {
  const Mutant mutant = *mutate(mnist(), "ACH", {1, "elu"}).mutant;
  EXPECT_TRUE(mutant.config.empty());
  EXPECT_THAT(mutant.layers, ElementsAre(LayerEdit{1, "activation", "elu"}));
  EXPECT_EQ(attribute(made(mnist(), "ACH", {1, "elu"}), 1, "activation"), "elu");
  EXPECT_EQ(attribute(made(mnist(), "WCI", {1, "random_normal"}), 1, "kernel_initializer"),
            (json{{"class", "random_normal"}, {"mean", 0.0}, {"stddev", 0.05}}));
}

TEST(MutationOperators, Regularisation) {
  const json both = {{"class", "l1_l2"}, {"l1", 0.01}, {"l2", 0.01}};
  EXPECT_EQ(attribute(made(mnist(), "RAW", {0, "l1_l2"}), 0, "kernel_regularizer"), both);
  mapping::Program program = mnist();
  program.model.layers[0].attributes["kernel_regularizer"] = both;
  program.hyperparameters[2].value = both;
  EXPECT_EQ(attribute(made(program, "RRW", {0}), 0, "kernel_regularizer"), json());
  EXPECT_EQ(attribute(made(program, "RCW", {0, "l2"}), 0, "kernel_regularizer")["l1"], 0.0);
  EXPECT_THAT(why_not(program, "RAW", {0, "l1"}), HasSubstr("regularised already"));
  EXPECT_THAT(why_not(program, "RCW", {0, "l1_l2"}), HasSubstr("has already"));
  EXPECT_THAT(why_not(mnist(), "RRW", {0}), HasSubstr("not regularised"));
  EXPECT_THAT(mutable_layers(mnist(), "RAW"), ElementsAre(0, 1, 5, 7));
  EXPECT_THROW(mutate(mnist(), "RAW", {0, "l3"}), InputError);
}

TEST(MutationOperators, WeightsAndDropout) {
  EXPECT_EQ(attribute(made(mnist(), "WCI", {0, "zeros"}), 0, "kernel_initializer")["class"],
            "zeros");
  EXPECT_THAT(why_not(mnist(), "WCI", {0, "glorot_uniform"}), HasSubstr("has already"));
  EXPECT_EQ(attribute(made(mnist(), "WRB", {5}), 5, "use_bias"), false);
  EXPECT_THAT(why_not(mnist(), "WAB", {5}), HasSubstr("has a bias already"));
  EXPECT_THAT(why_not(mnist(), "WRB", {4}), HasSubstr("can have no bias"));
  EXPECT_EQ(attribute(made(mnist(), "RCD", {3, 0.75}), 3, "rate"), 0.75);
  EXPECT_EQ(attribute(made(mnist(), "RCD", {6, 1.0}), 6, "rate"), 1.0);
  EXPECT_THAT(mutable_layers(mnist(), "RCD"), ElementsAre(3, 6));
}

TEST(MutationOperators, LossAndOptimiser) {
  const auto loss = made(mnist(), "LCH", {std::nullopt, "logcosh"});
  EXPECT_EQ(loss.configured.compile.loss, "log_cosh");
  // By name: the parameters are the new one's defaults.
  const auto sgd = made(mnist(), "OCH", {std::nullopt, "SGD"}).configured.compile.optimizer;
  EXPECT_EQ(sgd.name, "sgd");
  EXPECT_EQ(sgd.learning_rate, 0.01);
  EXPECT_TRUE(sgd.options.empty()) << sgd.options;
  const auto rate = made(mnist(), "HLR", {std::nullopt, 0.001}).configured.compile.optimizer;
  EXPECT_EQ(rate.learning_rate, 0.001);
  EXPECT_EQ(rate.options, (json{{"rho", 0.95}}));
  EXPECT_THAT(why_not(mnist(), "OCG", {std::nullopt, 0.5}), HasSubstr("clips no gradients"));
  mapping::Program clipped = mnist();
  clipped.compile.optimizer.options["clipnorm"] = 1.0;
  const auto clip = made(clipped, "OCG", {std::nullopt, 0.5}).configured.compile.optimizer;
  EXPECT_EQ(clip.options, (json{{"rho", 0.95}, {"clipnorm", 0.5}}));
}

TEST(MutationOperators, BatchesAndEpochs) {
  EXPECT_EQ(made(mnist(), "HBS", {std::nullopt, 32}).configured.fit.batch_size, 32);
  EXPECT_EQ(made(mnist(), "HDB").configured.fit.batch_size, 60000);
  EXPECT_THAT(why_not(regression(), "HDB"), HasSubstr("not known"));
  EXPECT_EQ(made(mnist(), "HNE", {std::nullopt, 1}).configured.fit.epochs, 1);
  EXPECT_THAT(why_not(mnist(), "HNE", {std::nullopt, 12}), HasSubstr("HNE=12"));
}

TEST(MutationOperators, ValidationAndPatience) {
  EXPECT_THAT(why_not(mnist(), "VRM"), HasSubstr("no validation rows"));
  EXPECT_THAT(why_not(mnist(), "RCP", {std::nullopt, 2}), HasSubstr("EarlyStopping"));
  mapping::Program program = mnist();
  program.fit.validation_split = 0.1;
  program.fit.callbacks = {{"EarlyStopping", {{"patience", 10}}},
                           {"TerminateOnNaN", json::object()}};
  const auto without = made(program, "VRM");
  EXPECT_TRUE(without.without_validation);
  EXPECT_EQ(without.configured.fit.validation_split, 0);
  const auto patience = made(program, "RCP", {std::nullopt, 2}).configured.fit;
  EXPECT_EQ(patience.callbacks[0].attributes["patience"], 2);
  EXPECT_TRUE(patience.callbacks[1].attributes.empty());
}

TEST(MutationOperators, DataAreLeftToThePlan) {
  const Mutant mutant = *mutate(mnist(), "TCL", {std::nullopt, 42.5}).mutant;
  EXPECT_EQ(mutant.data, (DataChange{"TCL", 42.5}));
  EXPECT_EQ(mutant.name(), "TCL=42.5");
  EXPECT_THAT(why_not(mnist(), "TCL", {std::nullopt, 0}), HasSubstr("nothing"));
  EXPECT_THROW(mutate(mnist(), "TCL", {std::nullopt, 101}), InputError);
}

TEST(MutationOperators, ValuesThatCannotBe) {
  EXPECT_THROW(mutate(mnist(), "ACH", {0, "cube"}), InputError);
  EXPECT_THROW(mutate(mnist(), "ACH", {0, 3}), InputError);
  EXPECT_THROW(mutate(mnist(), "ACH", {std::nullopt, "relu"}), InputError);
  EXPECT_THROW(mutate(mnist(), "ACH", {9, "relu"}), InputError);
  EXPECT_THROW(mutate(mnist(), "WCI", {0, "cube"}), InputError);
  EXPECT_THROW(mutate(mnist(), "LCH", {std::nullopt, "cube"}), InputError);
  EXPECT_THROW(mutate(mnist(), "OCH", {std::nullopt, "cube"}), InputError);
  EXPECT_THROW(mutate(mnist(), "HLR", {std::nullopt, 0}), InputError);
  EXPECT_THROW(mutate(mnist(), "HNE", {std::nullopt, 1.5}), InputError);
  EXPECT_THROW(mutate(mnist(), "HBS", {std::nullopt, 0}), InputError);
}

TEST(MutationOperators, EveryListedMutantIsAChange) {
  std::map<std::string, std::size_t> counts;
  for (const MutationOperator& operation : mutation_operators()) {
    if (operation.search == ValueSearch::kBinary) {
      EXPECT_THROW(all_mutants(mnist(), operation.id), InputError);
      continue;
    }
    std::set<std::string> names;
    for (const Mutant& mutant : all_mutants(mnist(), operation.id)) {
      names.insert(mutant.name());
      const Mutant copy = mutant_from_json(json::parse(to_json(mutant).dump()));
      EXPECT_EQ(to_json(copy), to_json(mutant));
      EXPECT_NO_THROW(apply_mutant(mnist(), copy));
    }
    counts[operation.id] = names.size();
  }
  const std::map<std::string, std::size_t> expected{
      {"ACH", 40}, {"ARM", 4},  {"AAL", 0}, {"RAW", 12}, {"RCW", 0},  {"RRW", 0},
      {"RCD", 7},  {"WCI", 48}, {"WAB", 0}, {"WRB", 4},  {"LCH", 12}, {"OCH", 6},
      {"OCG", 0},  {"VRM", 0},  {"HBS", 4}, {"HDB", 1}};
  EXPECT_EQ(counts, expected);
}

TEST(MutationOperators, StoredMutantsThatAreNone) {
  const json good = to_json(*mutate(mnist(), "ACH", {1, "elu"}).mutant);
  for (const auto& [name, value] : good.items()) {
    json document = good;
    document.erase(name);
    EXPECT_THROW(mutant_from_json(document), InputError) << name;
  }
  EXPECT_THROW(mutant_from_json(json::array()), InputError);
  Mutant nowhere;
  nowhere.layers = {{42, "units", 3}};
  EXPECT_THROW(apply_mutant(mnist(), nowhere), InputError);
  nowhere.layers.clear();
  nowhere.training = {{"colour", 3}};
  EXPECT_THROW(apply_mutant(mnist(), nowhere), InputError);
  nowhere.training = {{"epochs", "many"}};
  EXPECT_THROW(apply_mutant(mnist(), nowhere), InputError);
}

}  // namespace
}  // namespace dlfix::eval::testing
