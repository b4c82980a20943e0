#include "agent/workflows/neutrality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "agent/output/neutrality_text.h"
#include "agent/store/caching_trainer.h"
#include "tests/agent/workflows/fake_trainer.h"
#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::HasSubstr;

/// Best at a learning rate of 0.05, falling off slowly; a mean squared error costs a little.
double response(const trainer::TrainingRequest& request) {
  const double distance = std::abs(std::log10(request.compile.optimizer.learning_rate / 0.05));
  const double loss = request.compile.loss == "mean_squared_error" ? 0.05 : 0;
  return 0.93 - 0.1 * distance - loss;
}

class NeutralityTest : public testing::Test {
 protected:
  NeutralityTest() {
    request_.program = write_program(folder_, sample_text(600, "50.0"));
    request_.fix = folder_.file("fix.json");
    std::ofstream(request_.fix) << R"({"lr": 0.5})";
    request_.names = {"lr", "loss", "epochs", "no_such_name"};
    request_.budget = {Budget::Unit::kTrials, 60, true};
    request_.seeds = 3;
  }

  NeutralityReport run(trainer::Trainer& trainer, const std::string& captures = "captures") {
    return analyse_neutrality(request_, {trainer, reporter_, cancel_,
                                         [](const std::string& file, const std::string& directory) {
                                           return mapping::capture_program(file, directory,
                                                                           standin_probe());
                                         },
                                         folder_.file(captures)});
  }

  static nlohmann::ordered_json without_cost(const NeutralityReport& report) {
    auto document = to_document(report);
    document.erase("cost");
    return document;
  }

  TestFolder folder_;
  SilentReporter reporter_;
  std::atomic<bool> cancel_{false};
  NeutralityRequest request_;
};

TEST_F(NeutralityTest, FindsSettingsAsGoodAsTheFixAndConfirmsThemOnFinalRows) {
  FakeTrainer trainer(response);
  const NeutralityReport report = run(trainer);
  const eval::NeutralityResult& result = report.result;
  EXPECT_EQ(result.graph.root.config.front().first, "lr");
  EXPECT_EQ(result.graph.root.config.size(), 3U);
  // 500 and 5 are the first neighbours; 5 is better than 50 and leads to 0.5, which is the fix.
  const auto reaches_fix = [&](const eval::NeutralityNode* node) {
    const auto changes = eval::changes_of(result, *node);
    return changes.size() == 1 && changes.count("lr") != 0 && changes.at("lr") == 0.5;
  };
  const auto alternatives = eval::alternatives_of(result);
  const auto found = std::ranges::find_if(alternatives, reaches_fix);
  ASSERT_NE(found, alternatives.end());
  EXPECT_TRUE((*found)->is_truth);
  EXPECT_EQ(eval::to_string(result.fault_types.at((*found)->id)), "HLR");
  ASSERT_EQ(result.fix.final_values.size(), 3U);
  for (const auto* node : alternatives) EXPECT_TRUE(eval::is_confirmed(result, node->id));
  EXPECT_THAT(to_text(report), HasSubstr("known fix fix.json"));
  EXPECT_THAT(to_text(report), HasSubstr("lr=0.5"));
}

TEST_F(NeutralityTest, AKilledAnalysisEndsWithTheSameGraph) {
  FakeTrainer undisturbed(response);
  const auto expected = without_cost(run(undisturbed, "first"));
  FakeTrainer inner(response);
  const std::string file = folder_.file("store.sqlite");
  for (const int trainings : {2, 17, 40}) {
    Store store(file);
    CachingTrainer trainer(inner, store, "torch");
    inner.dies_after(trainings);
    EXPECT_THROW(run(trainer, "second"), Killed);
  }
  inner.dies_after(1000000);
  Store store(file);
  CachingTrainer trainer(inner, store, "torch");
  auto resumed = without_cost(run(trainer, "second"));
  EXPECT_EQ(resumed, expected);
  EXPECT_EQ(inner.most_often_asked(), 1);
}

TEST_F(NeutralityTest, TheBudgetEndsTheSearchWithWhatIsThere) {
  request_.budget.amount = 3;
  FakeTrainer trainer(response);
  const NeutralityReport report = run(trainer);
  EXPECT_EQ(report.result.graph.generated, 3);
  EXPECT_FALSE(report.result.graph.exhausted);
  EXPECT_EQ(report.result.stopped_because, "budget");
  request_.budget.amount = 30;
  FakeTrainer more(response);
  EXPECT_GT(run(more, "more").result.graph.generated, 3);
}

TEST_F(NeutralityTest, AsPrintedEverythingIsMeasuredOnTheHoldOutRows) {
  request_.scores = eval::Scores::kPrinted;
  request_.split = {0.2, 42};
  std::set<std::size_t> sizes;
  FakeTrainer trainer([&](const trainer::TrainingRequest& request) {
    sizes.insert(request.evaluate.front().data.rows->size());
    return response(request);
  });
  const NeutralityReport report = run(trainer);
  EXPECT_EQ(sizes, std::set<std::size_t>{40});  // a fifth of 200
  EXPECT_TRUE(report.result.fix.final_values.empty());
  EXPECT_THAT(report.rows, HasSubstr("40 hold-out rows"));
}

TEST_F(NeutralityTest, AFixThatNamesNoHyperparameterIsAnError) {
  FakeTrainer trainer(response);
  std::ofstream(request_.fix) << R"({"no_such_name": 3})";
  EXPECT_THROW(run(trainer), support::InputError);
}

TEST_F(NeutralityTest, WithoutAnOrderNamesGoByKind) {
  request_.names.clear();
  request_.budget.amount = 1;
  FakeTrainer trainer(response);
  std::vector<std::string> names;
  for (const auto& [name, value] : run(trainer).result.graph.root.config) names.push_back(name);
  const std::vector<std::string> expected{"ki1",        "ki2",       "bi1",   "bi2",
                                          "act1",       "act2",      "unit1", "loss",
                                          "batch_size", "optimizer", "lr",    "epochs"};
  std::vector<std::string> without_layers;
  for (const auto& name : names)
    if (name.rfind("layer", 0) != 0) without_layers.push_back(name);
  EXPECT_EQ(without_layers, expected);
}

}  // namespace
}  // namespace dlfix::agent
