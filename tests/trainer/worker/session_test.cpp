// The worker's side of the conversation, with a trainer that only pretends.
#include "trainer/worker/session.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

namespace dlfix::trainer {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

TrainingRequest request(std::uint64_t seed) {
  TrainingRequest result;
  result.seed = seed;
  result.fit.epochs = 2;
  return result;
}

json train_message(int id, const std::vector<TrainingRequest>& requests) {
  return {{"type", "train"}, {"id", id}, {"requests", requests}};
}

/// A served session at the other end of two pipes.
class Session : public testing::Test {
 protected:
  void start() {
    ASSERT_EQ(::pipe(to_worker_.data()), 0);
    ASSERT_EQ(::pipe(from_worker_.data()), 0);
    server_ = std::thread([this] {
      serve(session_, to_worker_[0], from_worker_[1]);
      ::close(from_worker_[1]);
    });
    output_ = ::fdopen(from_worker_[0], "r");
    EXPECT_EQ(read().at("type"), "hello");
  }

  void TearDown() override {
    close_input();
    if (server_.joinable()) server_.join();
    if (output_ != nullptr) std::fclose(output_);
    ::close(to_worker_[0]);
  }

  void close_input() {
    if (to_worker_[1] >= 0) ::close(to_worker_[1]);
    to_worker_[1] = -1;
  }
  void write(const std::string& text) {
    ASSERT_EQ(::write(to_worker_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void send(const json& message) { write(message.dump() + "\n"); }

  /// The next message; null at the end.
  json read() {
    char* line = nullptr;
    std::size_t size = 0;
    const ssize_t got = ::getline(&line, &size, output_);
    const json message = got < 0 ? json() : json::parse(line);
    std::free(line);
    return message;
  }

  /// Says a result for every request: its seed as work.
  static void train(std::span<const TrainingRequest> requests, const TrainingCallbacks& callbacks) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      callbacks.on_progress({i, 1, requests[i].fit.epochs, 0.5});
      TrainingResult result;
      result.status = TrainingStatus::kOk;
      result.work = static_cast<double>(requests[i].seed);
      callbacks.on_result(i, result);
    }
  }
  /// Waits for its cancellation and says nothing.
  static void wait_for_cancel(std::span<const TrainingRequest>,
                              const TrainingCallbacks& callbacks) {
    while (!*callbacks.cancel) std::this_thread::sleep_for(1ms);
  }

  WorkerSession session_{"fake 1", "cpu", train};
  std::array<int, 2> to_worker_{-1, -1}, from_worker_{-1, -1};
  std::thread server_;
  FILE* output_ = nullptr;
};

TEST_F(Session, TrainsABatch) {
  start();
  send(train_message(7, {request(11), request(12)}));
  EXPECT_EQ(read(), (json{{"type", "progress"},
                          {"id", 7},
                          {"request", 0},
                          {"epoch", 1},
                          {"epochs", 2},
                          {"seconds", 0.5}}));
  const json result = read();
  EXPECT_EQ(result.at("id"), 7);
  EXPECT_EQ(result.at("result").at("work"), 11);
  read();
  EXPECT_EQ(read().at("result").at("work"), 12);
  EXPECT_EQ(read(), (json{{"type", "done"}, {"id", 7}}));
  close_input();
  EXPECT_TRUE(read().is_null());
}

TEST_F(Session, ShortEpochsDoNotAllHaveAWord) {
  session_.train = [&](auto requests, const TrainingCallbacks& callbacks) {
    std::int64_t epoch = 0;
    for (const double seconds : {0.01, 0.04, 0.06, 0.1, 0.12, 0.13})
      for (std::size_t i = 0; i < requests.size(); ++i)
        callbacks.on_progress({i, 1 + epoch++ / 2, 6, seconds});
    for (std::size_t i = 0; i < requests.size(); ++i) callbacks.on_result(i, {});
  };
  start();
  send(train_message(7, {request(11), request(12)}));
  for (const int epoch : {3, 5}) {
    for (const int training : {0, 1}) {
      const json message = read();
      EXPECT_EQ(message.at("type"), "progress");
      EXPECT_EQ(message.at("request"), training);
      EXPECT_EQ(message.at("epoch"), epoch);
    }
  }
  EXPECT_EQ(read().at("type"), "result");
}

TEST_F(Session, SharedFieldsStandBehindARequestsOwn) {
  std::vector<std::string> profiles;
  session_.train = [&](auto requests, const auto&) {
    for (const TrainingRequest& one : requests) profiles.push_back(one.profile);
  };
  start();
  json own = request(1);
  own.erase("profile");
  json other = request(2);
  send({{"type", "train"},
        {"id", 1},
        {"shared", {{"profile", "tf23"}}},
        {"requests", {own, other}}});
  while (read().at("type") != "done") {
  }
  EXPECT_EQ(profiles, (std::vector<std::string>{"tf23", "keras3"}));
}

TEST_F(Session, ARequestThatCannotBeReadSparesItsNeighbours) {
  start();
  json message = train_message(3, {request(1), request(2), request(3)});
  message["requests"][1].erase("model");
  send(message);
  const json refused = read();
  EXPECT_EQ(refused.at("request"), 1);
  EXPECT_EQ(refused.at("result").at("status"), "unsupported");
  EXPECT_NE(refused.at("result").at("reason").get<std::string>().find("'model'"),
            std::string::npos);
  read();
  EXPECT_EQ(read().at("request"), 0);
  read();
  EXPECT_EQ(read().at("request"), 2);
  EXPECT_EQ(read().at("type"), "done");
}

TEST_F(Session, GoesOnAfterMessagesThatCannotBeRead) {
  start();
  for (const char* line :
       {"nonsense\n", "[]\n", "{\"type\":\"sing\",\"id\":1}\n", "{\"type\":\"train\",\"id\":1}\n",
        "{\"type\":\"train\",\"requests\":[]}\n"}) {
    write(line);
    EXPECT_EQ(read().at("type"), "error") << line;
  }
  send(train_message(2, {}));
  EXPECT_EQ(read().at("type"), "done");
}

TEST_F(Session, CancelsWhatRuns) {
  session_.train = wait_for_cancel;
  start();
  send(train_message(4, {request(1)}));
  std::this_thread::sleep_for(30ms);
  send({{"type", "cancel"}, {"id", 99}});  // of another batch
  send({{"type", "cancel"}, {"id", 4}});
  const json result = read();
  EXPECT_EQ(result.at("result").at("status"), "cancelled");
  EXPECT_EQ(read().at("type"), "done");
}

TEST_F(Session, CancelsWhatWaitsAndNothingElse) {
  int cancelled = 0;
  session_.train = [&](auto requests, const TrainingCallbacks& callbacks) {
    std::this_thread::sleep_for(50ms);
    if (*callbacks.cancel) ++cancelled;
    if (!*callbacks.cancel) train(requests, callbacks);
  };
  start();
  for (int id = 1; id <= 3; ++id) send(train_message(id, {request(1)}));
  send({{"type", "cancel"}, {"id", 2}});
  for (int done = 0; done < 3;) done += read().at("type") == "done" ? 1 : 0;
  EXPECT_EQ(cancelled, 1);
}

TEST_F(Session, EndsWhenItsInputEnds) {
  session_.train = wait_for_cancel;
  start();
  send(train_message(4, {request(1)}));
  send(train_message(5, {request(1)}));
  std::this_thread::sleep_for(30ms);
  close_input();
  server_.join();
}

TEST_F(Session, ExceptionsBecomeResults) {
  int call = 0;
  session_.train = [&](auto requests, const TrainingCallbacks& callbacks) {
    if (++call == 1) {
      train(requests.subspan(0, 1), callbacks);
      throw std::runtime_error("shape mismatch");
    }
    throw std::bad_alloc();
  };
  start();
  send(train_message(1, {request(1), request(2)}));
  read();
  EXPECT_EQ(read().at("result").at("status"), "ok");
  const json crashed = read();
  EXPECT_EQ(crashed.at("result").at("status"), "crash");
  EXPECT_EQ(crashed.at("result").at("reason"), "shape mismatch");
  EXPECT_EQ(read().at("type"), "done");
  send(train_message(2, {request(1)}));
  EXPECT_EQ(read().at("result").at("status"), "out_of_memory");
}

TEST_F(Session, ReadsLinesThatComeInPieces) {
  start();
  const std::string line = train_message(8, {}).dump() + "\n" + train_message(9, {}).dump() + "\n";
  for (const char c : line) write(std::string(1, c));
  EXPECT_EQ(read().at("id"), 8);
  EXPECT_EQ(read().at("id"), 9);
}

}  // namespace
}  // namespace dlfix::trainer
