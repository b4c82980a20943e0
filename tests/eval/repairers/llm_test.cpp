#include "eval/repairers/llm.h"

#include <gtest/gtest.h>

#include "eval/repairers/factory.h"
#include "fake_program.h"

namespace dlfix::eval {
namespace {

using mapping::Config;

/// Gives its configs once.
CandidateSource give(std::vector<Config> configs) {
  return [configs](const RepairContext&, std::span<const TrialResult> measured) {
    return measured.empty() ? configs : std::vector<Config>{};
  };
}

class LlmRepair : public testing::Test {
 protected:
  LlmRepair() {
    plant(program_, "lr", 0.5);
    context_.program = &program_;
    context_.space = make_space(program_, ProblemKind::kMultiClass, false, {});
    context_.faulty.values = {0.1, 0.1, 0.1};
    context_.classes = 10;
    context_.problem = ProblemKind::kMultiClass;
  }
  FakeRunner runner(double budget, double noise = 0) const {
    return {program_,
            [](const Config& config) {
              const double lr = config.at("lr").get<double>();
              return lr < 0.01 ? 0.9 : lr < 0.1 ? 0.6 : 0.1;
            },
            budget, noise};
  }
  mapping::Program program_ = fake_program();
  RepairContext context_;
};

TEST_F(LlmRepair, TakesTheBestCandidateAndGivesItMoreSeeds) {
  auto fake = runner(20);
  const auto found = make_llm_repairer(give({{{"lr", 0.05}}, {{"lr", 0.001}}, {{"lr", 0.4}}}))
                         ->repair(context_, fake);
  EXPECT_EQ(found.best, (Config{{"lr", 0.001}}));
  ASSERT_EQ(found.history.size(), 3U);
  EXPECT_EQ(found.history.front().values.size(), 4U);
  EXPECT_EQ(found.history.back().values.size(), 1U);
}

TEST_F(LlmRepair, NothingBetterIsNothing) {
  auto fake = runner(20);
  EXPECT_TRUE(make_llm_repairer(give({{{"lr", 0.4}}}))->repair(context_, fake).best.empty());
  auto idle = runner(20);
  const auto none = make_llm_repairer(give({}))->repair(context_, idle);
  EXPECT_TRUE(none.best.empty());
  EXPECT_EQ(none.stopped_because, "no usable reply");
  EXPECT_EQ(idle.trainings, 0);
}

TEST_F(LlmRepair, EqualCandidatesAreTrainedOnceAndFrozenNamesAreDropped) {
  SpaceOptions options;
  options.freeze = {"batch_size"};
  context_.space = make_space(program_, ProblemKind::kMultiClass, false, options);
  int notes = 0;
  context_.note = [&](const std::string&) { ++notes; };
  auto fake = runner(20);
  const auto found = make_llm_repairer(give({{{"lr", 0.001}}, {{"lr", 0.001}, {"batch_size", 64}}}))
                         ->repair(context_, fake);
  EXPECT_EQ(found.history.size(), 1U);
  EXPECT_EQ(found.best, (Config{{"lr", 0.001}}));
  EXPECT_EQ(notes, 1);
}

TEST_F(LlmRepair, ABudgetOfOneTrainingIsEnough) {
  auto fake = runner(1);
  const auto found = make_llm_repairer(give({{{"lr", 0.001}}}))->repair(context_, fake);
  EXPECT_EQ(found.best, (Config{{"lr", 0.001}}));
  EXPECT_EQ(found.stopped_because, "budget");
}

TEST_F(LlmRepair, ASourceThatLearnsIsAskedAgainWithWhatWasMeasured) {
  std::vector<std::size_t> seen;
  const auto refining = [&](const RepairContext&, std::span<const TrialResult> measured) {
    seen.push_back(measured.size());
    for (const auto& result : measured) EXPECT_TRUE(result.usable());
    if (measured.empty()) return std::vector<Config>{{{"lr", 0.4}}, {{"lr", 0.05}}};
    if (measured.size() == 2) return std::vector<Config>{{{"lr", 0.05}}, {{"lr", 0.001}}};
    return std::vector<Config>{{{"lr", 0.001}}};
  };
  auto fake = runner(40);
  const auto found = make_llm_repairer(refining)->repair(context_, fake);
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 2, 3})) << "it ends when nothing new comes";
  EXPECT_EQ(found.best, (Config{{"lr", 0.001}}));
  EXPECT_EQ(found.history.size(), 3U);
  EXPECT_EQ(found.stopped_because, "space exhausted");
}

TEST_F(LlmRepair, AnEndOfTheBudgetEndsTheAsking) {
  int asked = 0;
  const auto source = [&](const RepairContext&, std::span<const TrialResult>) {
    ++asked;
    return std::vector<Config>{{{"lr", 0.05}}, {{"lr", 0.001 * asked}}};
  };
  auto fake = runner(2);
  const auto found = make_llm_repairer(source)->repair(context_, fake);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(found.best, (Config{{"lr", 0.001}}));
  EXPECT_EQ(found.stopped_because, "budget");
}

TEST_F(LlmRepair, AutoGoesOnFromTheBestReply) {
  auto fake = runner(20, 0.01);
  const auto found =
      make_auto_repairer(give({{{"lr", 0.05}}}), make_repairer("guided"))->repair(context_, fake);
  ASSERT_TRUE(found.best.contains("lr"));
  EXPECT_LT(found.best.at("lr").get<double>(), 0.01);
  EXPECT_EQ(found.history.front().changes, (Config{{"lr", 0.05}}));
}

}  // namespace
}  // namespace dlfix::eval
