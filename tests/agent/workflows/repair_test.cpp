#include "agent/workflows/repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "agent/output/report_json.h"
#include "agent/output/report_text.h"
#include "agent/store/caching_trainer.h"
#include "eval/repairers/factory.h"
#include "eval/repairers/llm.h"
#include "tests/agent/workflows/fake_trainer.h"
#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

/// Good for learning rates around 0.05, as good as guessing beyond a factor of thirty.
double by_learning_rate(const trainer::TrainingRequest& request) {
  const double distance = std::abs(std::log10(request.compile.optimizer.learning_rate / 0.05));
  return distance < 1.5 ? 0.93 : 0.5;
}

class RepairTest : public testing::Test {
 protected:
  RepairReport run(trainer::Trainer& trainer, const std::string& program,
                   const std::string& captures = "captures") {
    RepairOptions options = options_;
    options.program = program;
    const RepairEnvironment environment{
        trainer,
        reporter_,
        cancel_,
        [](const std::string& file, const std::string& directory) {
          return mapping::capture_program(file, directory, standin_probe());
        },
        [this](const std::string& name) {
          if (name == "llm") {
            return eval::make_llm_repairer(
                [this](const eval::RepairContext&, const auto& measured) {
                  return measured.empty() ? replies_ : std::vector<mapping::Config>{};
                });
          }
          return eval::make_repairer(name == "auto" ? "guided" : name);
        },
        folder_.file(captures)};
    return repair(options, environment);
  }

  std::string program(int rows, const std::string& rate) {
    return write_program(folder_, sample_text(rows, rate));
  }

  TestFolder folder_;
  SilentReporter reporter_;
  std::atomic<bool> cancel_{false};
  RepairOptions options_;
  std::vector<mapping::Config> replies_;  ///< what `llm` suggests
};

/// The report without what differs between two runs of the same repair.
nlohmann::json comparable(const RepairReport& report) {
  nlohmann::json document = to_document(report);
  document["cost"].erase("seconds");
  document.erase("stored_trainings");
  return document;
}

TEST_F(RepairTest, ProvesABetterLearningRate) {
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.outcome, "proven") << report.verdict;
  EXPECT_NEAR(report.faulty->mean, 0.5, 0.06);
  EXPECT_NEAR(report.patched->mean, 0.93, 0.03);
  EXPECT_LT(report.proof->p_value, 0.05);
  ASSERT_TRUE(report.flips);
  EXPECT_GT(report.flips->repair_rate, 0.5);
  EXPECT_NEAR(
      (1 - report.faulty->mean) * report.flips->repair_rate - report.flips->negative_flip_rate,
      report.patched->mean - report.faulty->mean, 0.02)
      << "the gain is what was mended less what was broken";
  ASSERT_EQ(report.changes.size(), 1u) << to_document(report).dump(2);
  EXPECT_EQ(report.changes[0].hyperparameter, "lr");
  EXPECT_EQ(report.changes[0].line, 12);
  EXPECT_THAT(report.diff, testing::HasSubstr("-model.compile(optimizer=keras.optimizers.SGD("));
  EXPECT_EQ(report.n_final, 150);
  EXPECT_EQ(report.faulty->values.size(), 10u);
}

TEST_F(RepairTest, GivesUpWhatHasNoProspectAndFindsTheSame) {
  FakeTrainer trainer(by_learning_rate);
  const std::string file = program(900, "50.0");
  const RepairReport whole = run(trainer, file);
  EXPECT_EQ(whole.given_up, 0) << "a comparison keeps to whole trainings";
  options_.give_up = true;
  const RepairReport report = run(trainer, file);
  EXPECT_EQ(report.outcome, "proven") << report.verdict;
  EXPECT_GT(report.given_up, 0);
  EXPECT_EQ(report.config, whole.config);
  EXPECT_EQ(report.patched->values.size(), whole.patched->values.size());
  EXPECT_EQ(to_document(report)["given_up"], report.given_up);
  EXPECT_THAT(report_text(report, false), testing::HasSubstr("given up before their last epoch"));
}

TEST_F(RepairTest, TheMajorityOfSeveralPatchesIsMeasuredWhereAskedFor) {
  FakeTrainer trainer(by_learning_rate);
  const std::string file = program(900, "50.0");
  const RepairReport without = run(trainer, file);
  EXPECT_FALSE(without.vote);
  EXPECT_FALSE(to_document(without).contains("vote"));
  options_.vote = 3;
  const RepairReport report = run(trainer, file);
  EXPECT_EQ(report.config, without.config);
  ASSERT_TRUE(report.vote);
  ASSERT_EQ(report.vote->patches.size(), 3U);
  EXPECT_EQ(report.vote->patches[0], report.config);
  EXPECT_NE(report.vote->patches[1], report.vote->patches[2]);
  EXPECT_EQ(report.vote->arm.values.size(), 10U);
  EXPECT_NEAR(report.vote->arm.mean, report.patched->mean, 0.05);
  ASSERT_TRUE(report.vote->flips);
  EXPECT_GT(report.vote->flips->repair_rate, 0.5);
  EXPECT_EQ(to_document(report)["vote"]["patches"].size(), 3U);
  EXPECT_THAT(report_text(report, false),
              testing::HasSubstr("the majority of 3 patches: accuracy"));
  options_.vote = 100;
  EXPECT_THAT(run(trainer, file).warnings,
              testing::Contains(testing::HasSubstr("better than the program")));
  options_.technique = "llm";
  replies_ = {{{"lr", 50.0}}};
  options_.metric = "loss";  // of which the trainer's figures are lower for bad rates
  EXPECT_THAT(run(trainer, program(900, "0.05")).warnings,
              testing::Contains(testing::HasSubstr("nobody votes")));
}

TEST_F(RepairTest, FindsNoFaultInAHealthyProgram) {
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "0.05"));
  EXPECT_EQ(report.outcome, "no_fault_shown") << report.verdict;
  EXPECT_TRUE(report.diff.empty()) << report.diff;
  EXPECT_NEAR(report.faulty->mean, 0.93, 0.03);
}

TEST_F(RepairTest, SaysThatItFoundNoPatchWhereNothingHelps) {
  FakeTrainer trainer([](const trainer::TrainingRequest&) { return 0.5; });
  const RepairReport report = run(trainer, program(900, "0.05"));
  EXPECT_EQ(report.outcome, "no_patch") << report.verdict;
}

/// Three classes whose training labels are divided away, and its line.
std::string scaled_labels_text() {
  std::string text = sample_text(900, "0.05");
  const auto replace = [&text](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("(x[:, 0] + x[:, 1] > 0).astype('int32')", "np.digitize(x[:, 0], [-0.5, 0.5])");
  replace("split = ", "y_scaled = y / 255.0\nsplit = ");
  replace("Dense(1, activation='sigmoid')", "Dense(3, activation='softmax')");
  replace("'binary_crossentropy'", "'sparse_categorical_crossentropy'");
  replace("y[:split]", "y_scaled[:split]");
  return text;
}

TEST_F(RepairTest, DataAtFaultAreSaidBeforeAnythingIsSearched) {
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, write_program(folder_, scaled_labels_text()));
  EXPECT_EQ(report.outcome, "outside_config") << report.verdict;
  EXPECT_THAT(report.verdict, testing::HasSubstr("line 7"));
  EXPECT_EQ(trainer.trained(), options_.seeds);
  EXPECT_EQ(report.configs_tried, 0);
  EXPECT_THAT(report.warnings, testing::Contains(testing::HasSubstr("--search-anyway")));
}

TEST_F(RepairTest, DataAtFaultAreMeasuredBesideAGroundTruth) {
  const std::string fixed = write_program(folder_, sample_text(900, "0.05"), "fixed.py");
  options_.ground_truths = {fixed};
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, write_program(folder_, scaled_labels_text()));
  EXPECT_EQ(report.outcome, "outside_config") << report.verdict;
  ASSERT_EQ(report.truths.size(), 1U);
  EXPECT_EQ(report.truths[0].values.size(), 10U);
  EXPECT_EQ(report.configs_tried, 0);
}

TEST_F(RepairTest, DataAtFaultAreSearchedWhenAskedFor) {
  options_.search_anyway = true;
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, write_program(folder_, scaled_labels_text()));
  EXPECT_EQ(report.outcome, "outside_config") << report.verdict;
  EXPECT_GT(report.configs_tried, 0);
}

TEST_F(RepairTest, EveryReplyIsTriedWhateverTheDefaultBudget) {
  options_.technique = "llm";
  replies_ = {{{"epochs", 2000}, {"lr", 0.05}}};
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.outcome, "proven") << report.verdict;
  EXPECT_THAT(report.warnings, testing::Contains(testing::HasSubstr("the budget was raised to")));
}

// Ten changes of which one does something: taken back one a round that would be 55 configs.
TEST_F(RepairTest, HarmlessChangesAreTakenBackTogether) {
  options_.technique = "llm";
  replies_ = {{{"lr", 0.05},
               {"act1", "tanh"},
               {"ki1", "he_normal"},
               {"bi1", "ones"},
               {"reg1", "l2"},
               {"drop1", 0.1},
               {"unit1", 12},
               {"ki2", "he_normal"},
               {"bi2", "ones"},
               {"batch_size", 24}}};
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.outcome, "proven") << report.verdict;
  ASSERT_EQ(report.changes.size(), 1U);
  EXPECT_EQ(report.changes.front().hyperparameter, "lr");
  EXPECT_LT(trainer.trained(), 160);
}

TEST_F(RepairTest, ABudgetThatWasAskedForIsKept) {
  options_.technique = "llm";
  options_.budget = parse_budget("20");
  replies_ = {{{"epochs", 2000}, {"lr", 0.05}}};
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.configs_tried, 0);
  EXPECT_THAT(report.verdict, testing::HasSubstr("does not pay for training any candidate once"));
}

TEST_F(RepairTest, ProvesNothingOnThirtyRows) {
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(30, "50.0"));
  EXPECT_EQ(report.outcome, "too_few_rows");
  EXPECT_TRUE(report.faulty);
}

TEST_F(RepairTest, FewProvingSeedsLeaveItUnproven) {
  options_.prove_seeds = 5;
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.outcome, "unproven");
  EXPECT_FALSE(report.diff.empty());
}

TEST_F(RepairTest, SplitsAnewPerSeedWhereFewRowsEvaluate) {
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(180, "50.0"));
  EXPECT_EQ(report.outcome, "proven") << report.verdict;
  EXPECT_TRUE(report.rows["resplit"]);
}

TEST_F(RepairTest, MeasuresBesideGroundTruths) {
  const std::string fixed = write_program(folder_, sample_text(900, "0.05"), "fixed.py");
  std::ofstream(folder_.file("truth.json")) << R"({"lr": 0.04})";
  options_.ground_truths = {fixed, folder_.file("truth.json")};
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "50.0"));
  ASSERT_EQ(report.truths.size(), 2u);
  for (const auto& rate : report.truth_ir) EXPECT_NEAR(rate.value_or(0), 1.0, 0.1);
  EXPECT_EQ(to_document(report)["ground_truths"].size(), 2u);
}

TEST_F(RepairTest, NamesTheClosestOfSeveralGroundTruths) {
  std::ofstream(folder_.file("truth.json")) << R"({"loss": "mean_squared_error"})";
  options_.ground_truths = {folder_.file("truth.json")};
  FakeTrainer trainer(by_learning_rate);
  const RepairReport alone = run(trainer, program(900, "50.0"));
  ASSERT_TRUE(alone.closest_truth);
  EXPECT_EQ(alone.closest_truth->name, "truth.json");
  EXPECT_EQ(alone.closest_truth->jaccard, 0);
  // An analysis that found the very patch.
  const nlohmann::json node = {
      {"id", 3}, {"changes", alone.config}, {"is_truth", true}, {"values", {alone.patched->mean}}};
  const nlohmann::json analysis = {{"document", "neutrality"},
                                   {"version", 1},
                                   {"nodes", nlohmann::json::array({node})},
                                   {"dropped", nlohmann::json::array()}};
  std::ofstream(folder_.file("found.json")) << analysis.dump();
  options_.ground_truths.push_back(folder_.file("found.json"));
  const RepairReport report = run(trainer, program(900, "50.0"), "again");
  ASSERT_TRUE(report.closest_truth);
  EXPECT_EQ(report.closest_truth->name, "node 3");
  EXPECT_EQ(report.closest_truth->of, 2);
  EXPECT_EQ(report.closest_truth->jaccard, 1);
  EXPECT_TRUE(report.closest_truth->differing.empty());
  EXPECT_NEAR(report.closest_truth->ir.value_or(0), 1, 1e-9);
  EXPECT_EQ(report.truths.size(), 1u);  // what an analysis measured is not trained again
  EXPECT_EQ(to_document(report)["closest_truth"]["name"], "node 3");
  EXPECT_THAT(report_text(report, false), testing::HasSubstr("closest of 2 ground truths: node 3"));
}

TEST_F(RepairTest, ChangesOnlyWhatItMay) {
  options_.freeze = {"lr", "optimizer"};
  FakeTrainer trainer(by_learning_rate);
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.outcome, "no_patch") << report.verdict;
  for (const Change& change : report.changes) EXPECT_NE(change.hyperparameter, "lr");
}

TEST_F(RepairTest, RefusesNamesThatTheProgramDoesNotHave) {
  options_.only = {"learning_rat"};
  FakeTrainer trainer(by_learning_rate);
  try {
    run(trainer, program(900, "50.0"));
    FAIL() << "no error";
  } catch (const support::InputError& error) {
    EXPECT_THAT(error.remedy(), testing::HasSubstr("learning_rate"));
  }
}

TEST_F(RepairTest, ShowsWhatItHasWhenInterrupted) {
  FakeTrainer trainer([this](const trainer::TrainingRequest& request) {
    if (request.seed >= kFirstProofSeed) cancel_ = true;
    return by_learning_rate(request);
  });
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.outcome, "interrupted");
  EXPECT_FALSE(report.diff.empty());
  EXPECT_THAT(report_text(report, false), testing::HasSubstr("interrupted"));
}

TEST_F(RepairTest, ADivergedFaultyProgramIsTheWorst) {
  FakeTrainer inner(by_learning_rate);
  class Diverging : public trainer::Trainer {
   public:
    explicit Diverging(trainer::Trainer& inner) : inner_(inner) {}
    void train(std::span<const trainer::TrainingRequest> requests,
               const trainer::TrainingCallbacks& callbacks) override {
      trainer::TrainingCallbacks changed = callbacks;
      changed.on_result = [&](std::size_t index, const trainer::TrainingResult& result) {
        trainer::TrainingResult own = result;
        if (requests[index].compile.optimizer.learning_rate > 10) {
          own.status = trainer::TrainingStatus::kNan;
          own.evaluations.clear();
        }
        callbacks.on_result(index, own);
      };
      inner_.train(requests, changed);
    }
    std::string device_kind() const override { return "cpu"; }

   private:
    trainer::Trainer& inner_;
  } trainer(inner);
  const RepairReport report = run(trainer, program(900, "50.0"));
  EXPECT_EQ(report.outcome, "proven") << report.verdict;
  EXPECT_EQ(report.faulty->mean, 0.0);
  EXPECT_TRUE(to_document(report)["faulty"]["values"][0].is_null());
}

TEST_F(RepairTest, ResumesAfterAKillAtAnyTrainingWithoutRepeatingOne) {
  options_.give_up = true;
  const std::string file = program(900, "50.0");
  FakeTrainer undisturbed(by_learning_rate);
  Store reference_store(folder_.file("reference.sqlite"));
  CachingTrainer reference_trainer(undisturbed, reference_store, "torch");
  const nlohmann::json expected = comparable(run(reference_trainer, file));
  const int all = undisturbed.trained();
  ASSERT_GT(all, 30);
  for (int k = 0; k < all; k += 1 + all / 40) {
    FakeTrainer killed(by_learning_rate);
    Store store(folder_.file("store" + std::to_string(k) + ".sqlite"));
    killed.dies_after(k);
    {
      CachingTrainer trainer(killed, store, "torch");
      EXPECT_THROW(run(trainer, file), Killed) << k;
    }
    killed.dies_after(-1 - killed.trained());
    CachingTrainer trainer(killed, store, "torch");
    EXPECT_EQ(comparable(run(trainer, file)), expected) << k;
    EXPECT_EQ(killed.trained(), all) << k;
    EXPECT_EQ(killed.most_often_asked(), 1) << k;
  }
}

}  // namespace
}  // namespace dlfix::agent
