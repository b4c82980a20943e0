#include "agent/compare/training_meeting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;

/// A training's seed comes back as its work.
class EchoTrainer : public trainer::Trainer {
 public:
  void train(std::span<const trainer::TrainingRequest> requests,
             const trainer::TrainingCallbacks& callbacks) override {
    sizes.push_back(requests.size());
    threads.push_back(std::this_thread::get_id());
    if (fails_at == sizes.size()) throw std::runtime_error("the trainer died");
    for (std::size_t i = requests.size(); i-- > 0;) {  // in any order
      if (callbacks.on_progress) callbacks.on_progress({i, 1, 2, 0.1});
      trainer::TrainingResult result;
      result.work = static_cast<double>(requests[i].seed);
      callbacks.on_result(i, result);
    }
  }
  std::string device_kind() const override { return "cpu"; }

  std::vector<std::size_t> sizes;
  std::vector<std::thread::id> threads;
  std::size_t fails_at = 0;
};

/// Trains batches of the given sizes one after the other; what came back, and its progress.
struct Visitor {
  std::vector<int> batches;
  std::uint64_t first_seed;
  std::vector<double> answers = {};
  int progress = 0;
  std::string error = {};

  void visit(trainer::Trainer& trainer) {
    for (const int size : batches) {
      std::vector<trainer::TrainingRequest> requests(static_cast<std::size_t>(size));
      for (auto& request : requests) request.seed = first_seed++;
      const std::size_t begin = answers.size();
      answers.resize(begin + requests.size());
      trainer::TrainingCallbacks callbacks;
      callbacks.on_result = [&](std::size_t i, const trainer::TrainingResult& result) {
        answers[begin + i] = result.work;
      };
      callbacks.on_progress = [&](const trainer::TrainingProgress& told) {
        EXPECT_LT(told.request, requests.size());
        ++progress;
      };
      trainer.train(requests, callbacks);
    }
  }
};

void meet(EchoTrainer& inner, std::vector<Visitor>& visitors) {
  TrainingMeeting meeting(inner);
  TrainingMeeting::Seat seat(meeting);
  std::vector<std::jthread> threads;
  for (Visitor& visitor : visitors) {
    meeting.enter();
    threads.emplace_back([&] {
      try {
        visitor.visit(seat);
      } catch (const std::exception& error) {
        visitor.error = error.what();
      }
      meeting.leave();
    });
  }
  meeting.serve();
}

TEST(TrainingMeeting, WhatAllWaitForIsOneBatchOnTheThreadThatServes) {
  EchoTrainer inner;
  std::vector<Visitor> visitors = {{{2, 1}, 10}, {{1, 3}, 20}, {{1}, 30}, {{}, 40}};
  meet(inner, visitors);
  EXPECT_THAT(inner.sizes, ElementsAre(4, 4));  // the third and fourth have left by then
  EXPECT_THAT(visitors[0].answers, ElementsAre(10, 11, 12));
  EXPECT_THAT(visitors[1].answers, ElementsAre(20, 21, 22, 23));
  EXPECT_THAT(visitors[2].answers, ElementsAre(30));
  EXPECT_EQ(visitors[1].progress, 4);
  for (const auto thread : inner.threads) EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST(TrainingMeeting, AnErrorReachesAllWhoWaitAndTheOthersGoOn) {
  EchoTrainer inner;
  inner.fails_at = 2;
  std::vector<Visitor> visitors = {{{1, 1}, 10}, {{1, 1}, 20}, {{1}, 30}};
  meet(inner, visitors);
  EXPECT_THAT(visitors[0].error, "the trainer died");
  EXPECT_THAT(visitors[1].error, "the trainer died");
  EXPECT_THAT(visitors[2].error, "");
  EXPECT_THAT(visitors[2].answers, ElementsAre(30));
}

TEST(TrainingMeeting, NobodyThereIsTheEnd) {
  EchoTrainer inner;
  std::vector<Visitor> nobody;
  meet(inner, nobody);
  EXPECT_TRUE(inner.sizes.empty());
}

}  // namespace
}  // namespace dlfix::agent
