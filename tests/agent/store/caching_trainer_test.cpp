#include "agent/store/caching_trainer.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>

namespace dlfix::agent {
namespace {

using trainer::TrainingRequest;
using trainer::TrainingResult;
using trainer::TrainingStatus;

/// Answers with the seed; counts what it is asked.
class CountingTrainer : public trainer::Trainer {
 public:
  void train(std::span<const TrainingRequest> requests,
             const trainer::TrainingCallbacks& callbacks) override {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      ++asked[requests[i].seed];
      TrainingResult result;
      result.status = status;
      result.trainer = "torch";
      if (!keeps_in.empty())
        result.weights = trainer::write_weights(keeps_in, {{"0/kernel", {1}, {1.5F}}});
      result.evaluations = {{"measured", 0, static_cast<double>(requests[i].seed), {}, {}, {}}};
      callbacks.on_result(i, result);
    }
  }
  std::string device_kind() const override { return "cpu"; }
  std::map<std::uint64_t, int> asked;
  TrainingStatus status = TrainingStatus::kOk;
  std::string keeps_in;  ///< a folder for weights; empty: none are kept
};

class CachingTrainerTest : public testing::Test {
 protected:
  CachingTrainerTest() : folder_("/tmp/dlfix-cache-XXXXXX") {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    store_ = std::make_unique<Store>(folder_ + "/store.sqlite");
  }
  ~CachingTrainerTest() override { std::filesystem::remove_all(folder_); }

  std::map<std::size_t, double> train(trainer::Trainer& trainer, std::vector<std::uint64_t> seeds) {
    std::vector<TrainingRequest> requests(seeds.size());
    for (std::size_t i = 0; i < seeds.size(); ++i) requests[i].seed = seeds[i];
    std::map<std::size_t, double> values;
    trainer::TrainingCallbacks callbacks;
    callbacks.on_result = [&](std::size_t index, const TrainingResult& result) {
      values[index] = result.evaluations[0].value;
    };
    trainer.train(requests, callbacks);
    return values;
  }

  std::string folder_;
  std::unique_ptr<Store> store_;
  CountingTrainer inner_;
};

TEST_F(CachingTrainerTest, TrainsEachRequestOnceOverItsLifeAndTheNext) {
  CachingTrainer first(inner_, *store_, "torch");
  EXPECT_EQ(train(first, {1, 2}), (std::map<std::size_t, double>{{0, 1}, {1, 2}}));
  CachingTrainer second(inner_, *store_, "torch");
  EXPECT_EQ(train(second, {3, 2, 1}), (std::map<std::size_t, double>{{0, 3}, {1, 2}, {2, 1}}));
  EXPECT_EQ(inner_.asked, (std::map<std::uint64_t, int>{{1, 1}, {2, 1}, {3, 1}}));
  EXPECT_EQ(second.trained(), 1);
  EXPECT_EQ(second.reused(), 2);
}

TEST_F(CachingTrainerTest, TrainsEqualRequestsOfOneBatchOnce) {
  CachingTrainer trainer(inner_, *store_, "torch");
  EXPECT_EQ(train(trainer, {7, 7, 7}), (std::map<std::size_t, double>{{0, 7}, {1, 7}, {2, 7}}));
  EXPECT_EQ(inner_.asked[7], 1);
}

TEST_F(CachingTrainerTest, TrainsAgainWhenTheWeightsThatWereKeptAreGone) {
  inner_.keeps_in = folder_ + "/run-1";
  CachingTrainer first(inner_, *store_, "torch");
  train(first, {1});
  train(first, {1});
  EXPECT_EQ(inner_.asked[1], 1);
  std::filesystem::remove_all(folder_ + "/run-1");
  inner_.keeps_in = folder_ + "/run-2";
  train(first, {1});
  EXPECT_EQ(inner_.asked[1], 2);
  // The store has the new place.
  train(first, {1});
  EXPECT_EQ(inner_.asked[1], 2);
}

TEST_F(CachingTrainerTest, DoesNotKeepWhatTheMachineDecided) {
  for (const auto status :
       {TrainingStatus::kCancelled, TrainingStatus::kOutOfMemory, TrainingStatus::kUnsupported}) {
    inner_.status = status;
    CachingTrainer trainer(inner_, *store_, "torch");
    train(trainer, {1});
    EXPECT_EQ(store_->counts().trainings, 0);
  }
}

TEST_F(CachingTrainerTest, KeepsCrashesAndDivergences) {
  inner_.status = TrainingStatus::kCrash;
  CachingTrainer trainer(inner_, *store_, "torch");
  train(trainer, {1});
  inner_.status = TrainingStatus::kNan;
  train(trainer, {2});
  EXPECT_EQ(store_->counts().trainings, 2);
}

TEST_F(CachingTrainerTest, ImportedValuesServeThoseWhoAskForNoMore) {
  TrainingRequest request;
  request.seed = 4;
  StoredTraining known{trainer::training_key(request), {"cpu", "torch"}, {}, true};
  known.result.status = TrainingStatus::kOk;
  known.result.evaluations = {{"measured", 0, 0.5, {}, {}, {}}};
  store_->import_trainings({known});
  CachingTrainer comparing(inner_, *store_, "torch", ImportedTrainings::kServe);
  EXPECT_EQ(train(comparing, {4})[0], 0.5);
  EXPECT_EQ(comparing.imported(), 1);
  EXPECT_TRUE(inner_.asked.empty());
  CachingTrainer proving(inner_, *store_, "torch");
  EXPECT_EQ(train(proving, {4})[0], 4);
  EXPECT_EQ(proving.imported(), 0);
  EXPECT_EQ(inner_.asked[4], 1);
  EXPECT_EQ(train(comparing, {4})[0], 4) << "the training that was made here is known now";
}

}  // namespace
}  // namespace dlfix::agent
