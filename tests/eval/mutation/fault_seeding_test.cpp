// DeepFD's seeded faults.
#include "eval/mutation/fault_seeding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "subjects.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using nlohmann::json;
using support::InputError;

/// Every value that is drawn in 300 tries.
std::set<json> drawn(const mapping::Program& program, const std::string& type) {
  RandomStream random(7);
  std::set<json> values;
  for (int i = 0; i < 300; ++i) {
    const MutationOutcome outcome = seed_fault(program, type, random);
    if (outcome.mutant) values.insert(outcome.mutant->value);
  }
  return values;
}

TEST(FaultSeeding, Losses) {
  EXPECT_EQ(drawn(mnist(), "loss"),
            (std::set<json>{"mean_absolute_error", "mean_absolute_percentage_error",
                            "mean_squared_error"}));
  EXPECT_EQ(drawn(regression(), "loss"),
            (std::set<json>{"categorical_crossentropy", "sparse_categorical_crossentropy",
                            "binary_crossentropy"}));
  mapping::Program other = mnist();
  other.compile.loss = "hinge";
  EXPECT_EQ(drawn(other, "loss").size(), 6U);
}

TEST(FaultSeeding, LearningRates) {
  const auto rates = drawn(mnist(), "lr");
  EXPECT_EQ(rates.size(), 15U);  // 2 to 10 (1 is the current one), 1e-10 to 1e-15
  EXPECT_FALSE(rates.contains(1.0));
  EXPECT_TRUE(rates.contains(1e-10) || rates.contains(std::pow(10.0, -10)));
  RandomStream random(1);
  // Its rate is not written: what else the program gives the optimiser is dropped.
  const Mutant mutant = *seed_fault(regression(), "lr", random).mutant;
  const auto optimizer = apply_mutant(regression(), mutant).configured.compile.optimizer;
  EXPECT_TRUE(optimizer.options.empty());
  EXPECT_EQ(optimizer.learning_rate, mutant.value.get<double>());
}

TEST(FaultSeeding, Epochs) {
  EXPECT_EQ(drawn(mnist(), "epoch"), (std::set<json>{1}));  // 12 / 10 to 12 / 50
  mapping::Program program = mnist();
  program.fit.epochs = 100;
  EXPECT_EQ(drawn(program, "epoch"), (std::set<json>{10, 5, 3, 2}));
  program.fit.epochs = 1;
  EXPECT_TRUE(drawn(program, "epoch").empty());
}

TEST(FaultSeeding, Optimisers) {
  EXPECT_EQ(drawn(mnist(), "opt"), (std::set<json>{"sgd", "rmsprop", "adam", "adagrad"}));
  RandomStream random(1);
  // A written rate is carried over, one that is not written is the new one's default.
  const auto of = [&](const mapping::Program& program) {
    const Mutant mutant = *seed_fault(program, "opt", random).mutant;
    return apply_mutant(program, mutant).configured.compile.optimizer;
  };
  EXPECT_EQ(of(mnist()).learning_rate, 1.0);
  mapping::Program unwritten = regression();
  for (int i = 0; i < 20; ++i) {
    const auto optimizer = of(unwritten);
    EXPECT_EQ(optimizer.learning_rate, optimizer.name == "sgd" ? 0.01 : 0.001) << optimizer.name;
  }
}

TEST(FaultSeeding, TheOutputActivation) {
  const auto values = drawn(mnist(), "act");
  EXPECT_EQ(values.size(), 8U);
  EXPECT_FALSE(values.contains("softmax"));
  RandomStream random(1);
  EXPECT_EQ(seed_fault(mnist(), "act", random).mutant->layer, 7);
  mapping::Program named = mnist();
  named.model.layers[7].name = "activation_3";
  EXPECT_EQ(seed_fault(named, "act", random).mutant->layer, 5);
  named.model.layers.clear();
  EXPECT_FALSE(seed_fault(named, "act", random).why_not.empty());
  EXPECT_THROW(seed_fault(mnist(), "batch", random), InputError);
}

TEST(FaultSeeding, SeveralFaultsOfKilledOnes) {
  RandomStream random(3);
  std::map<std::string, std::vector<Mutant>> killed;
  for (const char* type : {"opt", "lr", "loss"}) {
    killed[type] = {*seed_fault(mnist(), type, random).mutant};
  }
  const Mutant three = *seed_faults(killed, 3, random).mutant;
  EXPECT_EQ(three.operation, "opt__lr__loss");
  EXPECT_EQ(seeded_labels(three), (std::vector<int>{1, 1, 0, 1, 0}));
  const auto compile = apply_mutant(mnist(), three).configured.compile;
  EXPECT_EQ(compile.optimizer.name, killed["opt"][0].value);
  EXPECT_EQ(compile.optimizer.learning_rate, killed["lr"][0].value);
  EXPECT_EQ(compile.loss, killed["loss"][0].value);
  const Mutant two = *seed_faults(killed, 2, random).mutant;
  EXPECT_EQ(two.value.size(), 2U);
  EXPECT_FALSE(seed_faults(killed, 4, random).why_not.empty());
  EXPECT_THROW(seed_faults(killed, 1, random), InputError);
  EXPECT_EQ(seeded_labels({}), (std::vector<int>(5, 0)));
}

}  // namespace
}  // namespace dlfix::eval::testing
