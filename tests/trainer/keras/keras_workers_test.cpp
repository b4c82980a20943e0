// The pool with the real Python worker, and a Keras that learns nothing (fake/keras).
#include "trainer/client/keras_workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "tests/temporary_folder.h"
#include "trainer/spec/grouping.h"
#include "trainer/support/errors.h"
#include "trainer/support/npy.h"

namespace dlfix::trainer {
namespace {

using testing::HasSubstr;

const std::string kFake = std::string(DLFIX_SOURCE_DIR) + "/tests/trainer/keras/fake";

class KerasWorkers : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("PYTHONPATH", kFake.c_str(), 1);
    options_.python = DLFIX_TEST_PYTHON;
    options_.worker_folder = std::string(DLFIX_SOURCE_DIR) + "/trainer/keras";
    options_.probe_folder = std::string(DLFIX_SOURCE_DIR) + "/mapping/probe";
    options_.device = "cpu";
    options_.workers = 2;
    write_data();
  }
  void TearDown() override { ::unsetenv("PYTHONPATH"); }

  void write_data() {
    std::vector<float> x(120), y(40);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 7) - 3.0F;
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<float>(i % 2);
    support::write_npy(folder_.file("x.npy"), {40, 3}, "float32", x.data());
    support::write_npy(folder_.file("y.npy"), {40}, "float32", y.data());
  }

  TrainingRequest request(std::uint64_t seed, std::int64_t units = 1) {
    TrainingRequest result;
    LayerSpec dense;
    dense.class_name = "Dense";
    dense.name = "dense";
    dense.attributes = {{"units", units}, {"activation", "linear"}};
    dense.inbound = {{{-1, 0}}};
    result.model = {{dense}, {{3}}, {{-1, 0}}, {{0, 0}}};
    result.compile.loss = "mean_absolute_error";
    result.compile.optimizer = {"sgd", 0.01, {{"momentum", 0.5}}};
    result.train.inputs = {{{folder_.file("x.npy"), {40, 3}, "float32", "hash-x"}}};
    result.train.labels = {{folder_.file("y.npy"), {40}, "float32", "hash-y"}};
    result.evaluate = {{"rows", result.train}};
    result.fit.epochs = 3;
    result.metric = "mae";
    result.seed = seed;
    return result;
  }

  std::vector<TrainingResult> train(const std::vector<TrainingRequest>& requests) {
    if (!trainer_) trainer_ = make_keras_workers(options_);
    std::vector<TrainingResult> results(requests.size());
    TrainingCallbacks callbacks;
    callbacks.on_result = [&](std::size_t index, const TrainingResult& result) {
      results.at(index) = result;
    };
    trainer_->train(requests, callbacks);
    return results;
  }

  tests::TemporaryFolder folder_;
  KerasOptions options_;
  std::unique_ptr<Trainer> trainer_;
};

TEST_F(KerasWorkers, FillsEveryPartOfAResult) {
  const TrainingRequest one = request(3);
  const TrainingResult result = train({one})[0];
  ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
  EXPECT_EQ(result.trainer, "keras 3.99.0");
  EXPECT_EQ(result.device, "cpu");
  EXPECT_EQ(result.epochs.size(), 3U);
  EXPECT_FLOAT_EQ(static_cast<float>(result.epochs[0].learning_rate), 0.01F);
  EXPECT_TRUE(std::isnan(result.epochs[0].val_loss));
  ASSERT_EQ(result.evaluations.size(), 1U);
  const EvaluationResult& rows = result.evaluations[0];
  EXPECT_EQ(rows.name, "rows");
  EXPECT_EQ(rows.row_values.size(), 40U);
  EXPECT_EQ(rows.scores.size(), 40U);
  EXPECT_EQ(rows.classes.size(), 40U);
  double sum = 0;
  for (const float value : rows.row_values) sum += value;
  EXPECT_NEAR(rows.value, sum / 40, 1e-5);
  EXPECT_GT(result.seconds, 0);
}

TEST_F(KerasWorkers, ChargesTheCountedWorkOfTheRequest) {
  const TrainingRequest one = request(3);
  EXPECT_EQ(train({one})[0].work, request_work(one));
  EXPECT_GT(request_work(one), 0);
}

TEST_F(KerasWorkers, GivesTheSameResultInAnyCompany) {
  std::vector<TrainingRequest> many;
  for (std::uint64_t seed = 0; seed < 6; ++seed) many.push_back(request(seed));
  const auto together = train(many);
  trainer_.reset();
  const auto alone = train({many[4]});
  EXPECT_EQ(alone[0].evaluations[0].scores, together[4].evaluations[0].scores);
  EXPECT_NE(alone[0].evaluations[0].scores, together[5].evaluations[0].scores);
}

TEST_F(KerasWorkers, TellsWhatWentWrong) {
  TrainingRequest odd = request(1);
  odd.model.layers[0].class_name = "Whatever";
  odd.model.layers[0].line = 12;
  const auto results = train({request(1, 13), request(1, 14), odd});
  EXPECT_EQ(results[0].status, TrainingStatus::kCrash);
  EXPECT_THAT(results[0].reason, HasSubstr("thirteen units are refused"));
  EXPECT_EQ(results[1].status, TrainingStatus::kOutOfMemory);
  EXPECT_EQ(results[2].status, TrainingStatus::kUnsupported);
  EXPECT_THAT(results[2].reason, HasSubstr("Whatever 'dense' (line 12)"));
}

TEST_F(KerasWorkers, ReplacesAWorkerThatDies) {
  const auto results = train({request(1, 15), request(2)});
  EXPECT_EQ(results[0].status, TrainingStatus::kCrash);
  EXPECT_THAT(results[0].reason, HasSubstr("SIGABRT"));
  EXPECT_EQ(results[1].status, TrainingStatus::kOk);
}

TEST_F(KerasWorkers, NamesItsVersions) { EXPECT_EQ(keras_versions(options_), "keras 3.99.0"); }

TEST_F(KerasWorkers, SaysWhatAnInterpreterLacks) {
  const std::string empty = folder_.file("empty");
  std::filesystem::create_directories(empty + "/tensorflow");
  std::filesystem::copy_file(kFake + "/tensorflow/__init__.py", empty + "/tensorflow/__init__.py");
  ::setenv("PYTHONPATH", empty.c_str(), 1);
  if (std::system((options_.python + " -c 'import keras' 2>/dev/null").c_str()) == 0) {
    GTEST_SKIP() << "this Python has a Keras of its own";
  }
  try {
    keras_versions(options_);
    FAIL() << "an interpreter without Keras was accepted";
  } catch (const support::EnvironmentError& error) {
    EXPECT_THAT(error.what(), HasSubstr("neither keras nor tf_keras is installed"));
    EXPECT_THAT(error.remedy(), HasSubstr("--python"));
  }
}

}  // namespace
}  // namespace dlfix::trainer
