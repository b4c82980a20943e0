// Memory is estimated before a training and bounded: groups are split, what cannot fit is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "helpers.h"
#include "trainer/torch/engine.h"

namespace dlfix::trainer::testing {
namespace {

constexpr double kMegabyte = 1e6;

/// "VmHWM", "VmRSS" of this process in bytes.
double process_memory(const std::string& name) {
  std::ifstream file("/proc/self/status");
  std::string word;
  double kilobytes = 0;
  while (file >> word) {
    if (word == name + ":" && file >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

/// Twenty megabytes each while training, with weights, gradients, Adam's slots and activations.
std::vector<TrainingRequest> heavy_requests(const Problem& problem, std::size_t count) {
  TrainingRequest request = small_request(problem, 400, 3);
  request.model = sequential({dense(600, "relu"), dense(600, "relu"), dense(3, "softmax")}, {400});
  request.fit.epochs = 1;
  std::vector<TrainingRequest> requests(count, request);
  for (std::size_t i = 0; i < count; ++i) requests[i].seed = i;
  return requests;
}

std::vector<TrainingResult> train_within(const EngineOptions& options,
                                         const std::vector<TrainingRequest>& requests) {
  std::vector<TrainingResult> results(requests.size());
  TrainingCallbacks callbacks;
  callbacks.on_result = [&](std::size_t i, const TrainingResult& result) { results[i] = result; };
  Engine(options).train(requests, callbacks);
  return results;
}

EngineOptions bounded(double bytes, double most = 0) {
  EngineOptions options;
  options.device = "cpu";
  options.memory_bytes = bytes;
  options.memory_most = most;
  return options;
}

// Ends the process: 0 when the group of sixty stayed within what was allowed.
void train_sixty_and_exit(double bytes) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 64, 400, 3);
  const auto requests = heavy_requests(problem, 60);
  const double before = process_memory("VmRSS");
  for (const TrainingResult& result : train_within(bounded(bytes), requests)) {
    if (result.status != TrainingStatus::kOk) std::exit(2);
  }
  const double grown = process_memory("VmHWM") - before;
  std::fprintf(stderr, "grew by %.0f MB", grown / kMegabyte);
  std::exit(grown < 1.5 * bytes ? 0 : 1);
}

TEST(MemoryDeathTest, AGroupStaysWithinTheBound) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "under ASan memory that was freed is kept";
#endif
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(train_sixty_and_exit(200 * kMegabyte), ::testing::ExitedWithCode(0), "");
  // Sixty at once would take more than a gigabyte: the test above can fail.
  EXPECT_EXIT(train_sixty_and_exit(4000 * kMegabyte), ::testing::ExitedWithCode(0),
              "grew by ([6-9]|1[0-9])[0-9][0-9]+ MB");
}

TEST(Memory, TheBoundChangesNoNumber) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 64, 400, 3);
  const auto requests = heavy_requests(problem, 5);
  const auto tight = train_within(bounded(25 * kMegabyte), requests);
  const auto wide = train_within(bounded(4000 * kMegabyte), requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(tight[i].evaluations.at(0).scores, wide[i].evaluations.at(0).scores) << i;
  }
}

TEST(Memory, WhatCannotFitIsRefusedWithItsSize) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 64, 400, 3);
  const auto requests = heavy_requests(problem, 2);
  const auto results = train_within(bounded(5 * kMegabyte, 10 * kMegabyte), requests);
  for (const TrainingResult& result : results) {
    EXPECT_EQ(result.status, TrainingStatus::kOutOfMemory);
    EXPECT_THAT(result.reason, ::testing::HasSubstr("10 MB are allowed (--memory)"));
  }
}

}  // namespace
}  // namespace dlfix::trainer::testing
