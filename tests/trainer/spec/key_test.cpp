// What makes two trainings the same, and what lets them run together.
#include <gtest/gtest.h>

#include <functional>

#include "samples.h"
#include "trainer/spec/canonical.h"
#include "trainer/spec/grouping.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using testing_samples::request;
using Change = std::function<void(TrainingRequest&)>;

TrainingRequest changed(const Change& change) {
  TrainingRequest result = request();
  change(result);
  return result;
}

bool same_training(const Change& change) {
  return training_key(changed(change)) == training_key(request());
}
bool same_group(const Change& change) { return group_key(changed(change)) == group_key(request()); }

TEST(TrainingKey, IsAHashAndStable) {
  EXPECT_EQ(training_key(request()).size(), 64U);
  EXPECT_EQ(training_key(request()), training_key(request()));
}

TEST(TrainingKey, IgnoresPathsNamesAndLines) {
  EXPECT_TRUE(same_training([](auto& r) { r.train.inputs[0][0].path = "/elsewhere.npy"; }));
  EXPECT_TRUE(same_training([](auto& r) { r.model.layers[0].name = "hidden"; }));
  EXPECT_TRUE(same_training([](auto& r) { r.model.layers[0].line = 99; }));
  EXPECT_TRUE(same_training([](auto& r) { r.model.layers[0].file = "other.py"; }));
  EXPECT_TRUE(same_training([](auto& r) { r.metric = "acc"; }));
}

TEST(TrainingKey, NormalisesNumbers) {
  EXPECT_TRUE(same_training([](auto& r) { r.model.layers[0].attributes["units"] = 8.0; }));
  EXPECT_EQ(canonical_text({{"b", -0.0}, {"a", 2.0}}), R"({"a":2,"b":0})");
  EXPECT_NE(canonical_text({{"a", 0.1}}), canonical_text({{"a", 0.1F}}));
}

TEST(TrainingKey, DependsOnEverythingElse) {
  const std::vector<Change> changes{
      [](auto& r) { r.seed = 43; },
      [](auto& r) { r.profile = "tf23"; },
      [](auto& r) { r.metric = "loss"; },
      [](auto& r) { r.symptoms = true; },
      [](auto& r) { r.trace = TraceSpec{}; },
      [](auto& r) {
        r.start = StartingWeights{{"/w", "hash"}, {0}};
      },
      [](auto& r) {
        r.start = StartingWeights{{"/w", "other"}, {0}};
      },
      [](auto& r) {
        r.start = StartingWeights{{"/w", "hash"}, {-1, 0}};
      },
      [](auto& r) { r.keep_weights = "/folder"; },
      [](auto& r) {
        r.trace = TraceSpec{};
        r.trace->probe_rows = 7;
      },
      [](auto& r) { r.fit.epochs = 6; },
      [](auto& r) { r.fit.shuffle = false; },
      [](auto& r) { r.fit.validation_split = 0.1; },
      [](auto& r) {
        r.fit.class_weight = {{"0", 2}};
      },
      [](auto& r) { r.compile.loss = "mean_squared_error"; },
      [](auto& r) { r.compile.loss_options["label_smoothing"] = 0.1; },
      [](auto& r) { r.compile.optimizer.learning_rate = 0.01; },
      [](auto& r) { r.compile.optimizer.options["beta_1"] = 0.8; },
      [](auto& r) { r.model.layers[0].attributes["activation"] = "tanh"; },
      [](auto& r) { r.model.layers[1].attributes["rate"] = 0.5; },
      [](auto& r) {
        r.model.layers[2].inbound = {{{0, 0}}};
      },
      [](auto& r) { r.train.inputs[0][0].sha256 = "other"; },
      [](auto& r) {
        r.train.rows = {{0, 1, 2}};
      },
      [](auto& r) {
        r.evaluate[0].data.rows = {{1, 3, 2}};
      },
      [](auto& r) { r.evaluate[0].name = "final"; },
      [](auto& r) { r.validation = r.train; },
      [](auto& r) { r.train.inputs[0].push_back(r.train.inputs[0][0]); }};
  std::set<std::string> keys{training_key(request())};
  for (const Change& change : changes) keys.insert(training_key(changed(change)));
  EXPECT_EQ(keys.size(), changes.size() + 1);
}

TEST(TrainingKey, RefusesArraysWithoutHash) {
  EXPECT_THROW(training_key(changed([](auto& r) { r.train.labels[0].sha256 = ""; })),
               support::InputError);
}

TEST(GroupKey, JoinsWhatOneBatchCanTrain) {
  EXPECT_TRUE(same_group([](auto& r) { r.seed = 43; }));
  EXPECT_TRUE(same_group([](auto& r) { r.compile.optimizer = {"sgd", 10, {{"momentum", 0.9}}}; }));
  EXPECT_TRUE(same_group([](auto& r) { r.model.layers[0].attributes["activation"] = "tanh"; }));
  EXPECT_TRUE(same_group([](auto& r) {
    r.model.layers[0].attributes["kernel_initializer"] = {{"class", "zeros"}};
  }));
  EXPECT_TRUE(same_group([](auto& r) { r.model.layers[1].attributes["rate"] = 0.5; }));
  EXPECT_TRUE(same_group([](auto& r) { r.fit.epochs = 6; }));
  EXPECT_TRUE(same_group([](auto& r) { r.compile.loss = "mean_squared_error"; }));
  EXPECT_TRUE(same_group([](auto& r) {
    r.fit.callbacks = {{"EarlyStopping", {{"monitor", "loss"}}}};
  }));
}

TEST(GroupKey, PartsWhatOneBatchCannotTrain) {
  EXPECT_FALSE(same_group([](auto& r) { r.model.layers[0].attributes["units"] = 9; }));
  EXPECT_FALSE(same_group([](auto& r) { r.model.layers[0].attributes["use_bias"] = false; }));
  EXPECT_FALSE(same_group([](auto& r) { r.model.layers.pop_back(); }));
  EXPECT_FALSE(same_group([](auto& r) { r.model.layers[1].class_name = "GaussianNoise"; }));
  EXPECT_FALSE(same_group([](auto& r) { r.fit.batch_size = 32; }));
  EXPECT_FALSE(same_group([](auto& r) { r.train.labels[0].sha256 = "other"; }));
  EXPECT_FALSE(same_group([](auto& r) { r.trace = TraceSpec{}; }));
  EXPECT_FALSE(same_group([](auto& r) { r.profile = "tf23"; }));
}

TEST(GroupKey, LooksInsideWrappers) {
  const auto wrapped = [](const char* activation, int units) {
    TrainingRequest result = request();
    result.model.layers[0].class_name = "Bidirectional";
    result.model.layers[0].attributes = {
        {"layer",
         {{"class", "LSTM"}, {"attributes", {{"units", units}, {"activation", activation}}}}}};
    return group_key(result);
  };
  EXPECT_EQ(wrapped("tanh", 4), wrapped("relu", 4));
  EXPECT_NE(wrapped("tanh", 4), wrapped("tanh", 5));
}

TEST(RowCount, CountsListedRowsOrAllParts) {
  RowSet rows = request().train;
  EXPECT_EQ(row_count(rows), 100);
  rows.inputs[0].push_back(testing_samples::array("more", {50, 20}));
  EXPECT_EQ(row_count(rows), 150);
  rows.rows = {{1, 2, 3}};
  EXPECT_EQ(row_count(rows), 3);
  EXPECT_EQ(row_count(RowSet{}), 0);
}

}  // namespace
}  // namespace dlfix::trainer
