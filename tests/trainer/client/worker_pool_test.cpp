// The pool against a worker that does what it is told (fake_trainer.cpp).
#include "trainer/client/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::HasSubstr;

TrainingRequest request(const std::string& order, std::uint64_t seed, std::int64_t units = 4) {
  TrainingRequest result;
  LayerSpec dense;
  dense.class_name = "Dense";
  dense.name = order;
  dense.attributes = {{"units", units}};
  dense.inbound = {{{-1, 0}}};
  result.model = {{dense}, {{20}}, {{-1, 0}}, {{0, 0}}};
  result.train.inputs = {{{"/x.npy", {100, 20}, "float32", "hash-x"}}};
  result.train.labels = {{"/y.npy", {100, 1}, "float32", "hash-y"}};
  result.fit.epochs = 3;
  result.seed = seed;
  return result;
}

std::vector<TrainingRequest> requests(const std::string& order, std::size_t count) {
  std::vector<TrainingRequest> list;
  for (std::size_t i = 0; i < count; ++i) list.push_back(request(order, 100 + i));
  return list;
}

/// What the fake worker writes into `reason`: its process, its batch's size, its variables.
struct Origin {
  std::string process, batch_size, threads, mark;
};
Origin origin(const TrainingResult& result) {
  Origin found;
  std::istringstream(result.reason) >> found.process >> found.batch_size >> found.threads >>
      found.mark;
  return found;
}

class WorkerPool : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(state_);
    options_.executable = std::string(DLFIX_BINARY_DIR) + "/tests/fake_trainer";
    options_.workers = 2;
    options_.environment["FAKE_STATE"] = state_;
  }
  void TearDown() override { std::filesystem::remove_all(state_); }

  /// Trains and gives the results by request; fails the test when one comes twice or never.
  std::vector<TrainingResult> train(const std::vector<TrainingRequest>& list) {
    if (!pool_) pool_ = make_worker_pool(options_);
    std::vector<TrainingResult> results(list.size());
    std::set<std::size_t> seen;
    callbacks_.on_result = [&](std::size_t index, const TrainingResult& result) {
      EXPECT_TRUE(seen.insert(index).second) << "a second result of " << index;
      results.at(index) = result;
      ++delivered_;
    };
    pool_->train(list, callbacks_);
    EXPECT_EQ(seen.size(), list.size());
    return results;
  }

  WorkerOptions options_;
  TrainingCallbacks callbacks_;
  std::unique_ptr<Trainer> pool_;
  std::atomic<int> delivered_ = 0;
  std::string state_ = testing::TempDir() + "dlfix_pool_" + std::to_string(::getpid());
};

TEST_F(WorkerPool, GivesEachRequestItsOwnResult) {
  const auto list = requests("ok", 7);
  const auto results = train(list);
  for (std::size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(results[i].status, TrainingStatus::kOk);
    EXPECT_EQ(results[i].work, static_cast<double>(list[i].seed));
    EXPECT_EQ(results[i].seconds, 100) << "the shared data did not arrive";
  }
}

TEST_F(WorkerPool, TrainsNothingAtOnce) { EXPECT_TRUE(train({}).empty()); }

TEST_F(WorkerPool, SplitsAGroupOverItsWorkersAndKeepsThem) {
  const auto processes = [](const std::vector<TrainingResult>& results) {
    std::set<std::string> found;
    for (const TrainingResult& result : results) found.insert(origin(result).process);
    return found;
  };
  const auto first = processes(train(requests("slow", 12)));
  EXPECT_EQ(first.size(), 2U);
  EXPECT_EQ(processes(train(requests("slow", 12))), first);
}

TEST_F(WorkerPool, GivesWorkersOneThreadUnlessToldOtherwise) {
  options_.environment["FAKE_MARK"] = "marked";
  EXPECT_EQ(origin(train({request("ok", 1)})[0]).threads, "1");
  EXPECT_EQ(origin(train({request("ok", 1)})[0]).mark, "marked");
  pool_.reset();
  options_.environment["OMP_NUM_THREADS"] = "3";
  EXPECT_EQ(origin(train({request("ok", 1)})[0]).threads, "3");
}

TEST_F(WorkerPool, NeverMixesGroups) {
  options_.workers = 1;
  std::vector<TrainingRequest> list = requests("ok", 3);
  for (int i = 0; i < 2; ++i) list.push_back(request("ok", 200 + i, 9));
  const auto results = train(list);
  EXPECT_EQ(origin(results[0]).batch_size, "3");
  EXPECT_EQ(origin(results[4]).batch_size, "2");
}

TEST_F(WorkerPool, ForwardsProgress) {
  std::map<std::size_t, std::int64_t> last;
  callbacks_.on_progress = [&](const TrainingProgress& progress) {
    EXPECT_EQ(progress.epochs, 3);
    EXPECT_EQ(progress.epoch, last[progress.request] + 1);
    last[progress.request] = progress.epoch;
  };
  train(requests("ok", 4));
  EXPECT_EQ(last, (std::map<std::size_t, std::int64_t>{{0, 3}, {1, 3}, {2, 3}, {3, 3}}));
}

TEST_F(WorkerPool, ARequestThatKillsItsWorkerSparesItsNeighbours) {
  auto list = requests("ok", 9);
  list[4].model.layers[0].name = "segv";
  const auto results = train(list);
  for (std::size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(results[i].status, i == 4 ? TrainingStatus::kCrash : TrainingStatus::kOk) << i;
  }
  EXPECT_THAT(results[4].reason, HasSubstr("SIGSEGV"));
  EXPECT_THAT(results[4].reason, HasSubstr("dying by order"));
}

TEST_F(WorkerPool, SigkillMeansOutOfMemory) {
  const auto results = train({request("kill", 1), request("ok", 2)});
  EXPECT_EQ(results[0].status, TrainingStatus::kOutOfMemory);
  EXPECT_THAT(results[0].reason, HasSubstr("SIGKILL"));
  EXPECT_EQ(results[1].status, TrainingStatus::kOk);
}

TEST_F(WorkerPool, ADeathThatDoesNotRepeatCostsNothing) {
  const auto results = train(requests("segv_once", 3));
  for (const auto& result : results) EXPECT_EQ(result.status, TrainingStatus::kOk);
  EXPECT_TRUE(std::filesystem::exists(state_ + "/segv100"));
}

TEST_F(WorkerPool, OtherMisbehaviourEndsAsCrashThatSaysWhat) {
  EXPECT_THAT(train({request("exit", 1)})[0].reason, HasSubstr("exit code 3"));
  EXPECT_THAT(train({request("nonsense", 1)})[0].reason, HasSubstr("this is no message"));
  EXPECT_THAT(train({request("silent", 1)})[0].reason, HasSubstr("no result"));
  EXPECT_THAT(train({request("unreadable", 1)})[0].reason, HasSubstr("what is this?"));
  EXPECT_EQ(train({request("ok", 1)})[0].status, TrainingStatus::kOk);
}

TEST_F(WorkerPool, CancelEndsRunningAndWaitingTrainings) {
  auto list = requests("slow", 40);
  for (auto& entry : list) entry.fit.epochs = 100000;
  std::atomic<bool> cancel = false;
  callbacks_.cancel = &cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(300ms);
    cancel = true;
  });
  const auto begin = Clock::now();
  const auto results = train(list);
  EXPECT_LT(Clock::now() - begin, 1300ms);
  later.join();
  for (const auto& result : results) EXPECT_EQ(result.status, TrainingStatus::kCancelled);
}

TEST_F(WorkerPool, CancelKillsAWorkerThatHangsAndThePoolLivesOn) {
  std::atomic<bool> cancel = false;
  callbacks_.cancel = &cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(200ms);
    cancel = true;
  });
  const auto begin = Clock::now();
  EXPECT_EQ(train({request("hang", 1)})[0].status, TrainingStatus::kCancelled);
  EXPECT_LT(Clock::now() - begin, 2500ms);
  later.join();
  cancel = false;
  EXPECT_EQ(train({request("ok", 1)})[0].status, TrainingStatus::kOk);
}

TEST_F(WorkerPool, KeepsResultsThatCameBeforeTheCancel) {
  std::atomic<bool> cancel = false;
  callbacks_.cancel = &cancel;
  options_.workers = 1;
  pool_ = make_worker_pool(options_);
  auto list = requests("ok", 2);
  list[1].model.layers[0].name = "hang";
  std::thread later([&] {
    while (delivered_ == 0) std::this_thread::sleep_for(5ms);
    cancel = true;
  });
  const auto results = train(list);
  later.join();
  EXPECT_EQ(results[0].status, TrainingStatus::kOk);
  EXPECT_EQ(results[1].status, TrainingStatus::kCancelled);
}

TEST_F(WorkerPool, AnExceptionOfTheCallbackStopsTheWorkers) {
  pool_ = make_worker_pool(options_);
  TrainingCallbacks callbacks;
  callbacks.on_result = [](std::size_t, const TrainingResult&) {
    throw support::EnvironmentError("disk full");
  };
  auto list = requests("ok", 4);
  list[3].model.layers[0].name = "hang";
  EXPECT_THROW(pool_->train(list, callbacks), support::EnvironmentError);
  EXPECT_EQ(train({request("ok", 1)})[0].status, TrainingStatus::kOk);
}

TEST_F(WorkerPool, SaysWhyNoWorkerStarts) {
  options_.environment["FAKE_START"] = "exit";
  pool_ = make_worker_pool(options_);
  const auto one = requests("ok", 1);
  EXPECT_THAT([&] { pool_->train(one, {}); },
              testing::ThrowsMessage<support::EnvironmentError>(
                  testing::AllOf(HasSubstr("fake_trainer"), HasSubstr("a library is missing"))));
  EXPECT_THROW(pool_->device_kind(), support::EnvironmentError);
  options_.environment["FAKE_START"] = "old";
  EXPECT_THAT([&] { make_worker_pool(options_)->train(one, {}); },
              testing::ThrowsMessage<support::EnvironmentError>(HasSubstr("protocol")));
  options_.executable = "/no/such/trainer";
  EXPECT_THROW(make_worker_pool(options_)->train(one, {}), support::EnvironmentError);
}

TEST_F(WorkerPool, KnowsItsDevice) {
  EXPECT_EQ(make_worker_pool(options_)->device_kind(), "cpu");
  options_.environment["FAKE_DEVICE"] = "cuda:0 (fake)";
  EXPECT_EQ(make_worker_pool(options_)->device_kind(), "cuda");
  options_.executable = "/no/such/trainer";
  options_.device = "cuda:1";
  EXPECT_EQ(make_worker_pool(options_)->device_kind(), "cuda");
}

TEST_F(WorkerPool, UsesOneWorkerOnAGpu) {
  options_.workers = 0;
  options_.environment["FAKE_DEVICE"] = "cuda:0 (fake)";
  for (const auto& result : train(requests("slow", 6))) {
    EXPECT_EQ(origin(result).batch_size, "6");
  }
}

TEST_F(WorkerPool, WorkersEndWithThePool) {
  const std::string process = origin(train({request("ok", 1)})[0]).process;
  EXPECT_EQ(::kill(std::stoi(process), 0), 0);
  pool_.reset();
  EXPECT_NE(::kill(std::stoi(process), 0), 0);
}

TEST_F(WorkerPool, MayBeCalledFromSeveralThreads) {
  pool_ = make_worker_pool(options_);
  std::atomic<int> finished = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      TrainingCallbacks callbacks;
      callbacks.on_result = [&](std::size_t, const TrainingResult& result) {
        if (result.status == TrainingStatus::kOk) ++finished;
      };
      pool_->train(requests("ok", 5), callbacks);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(finished, 20);
}

}  // namespace
}  // namespace dlfix::trainer
