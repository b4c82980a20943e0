// Mutants made, trained and killed, with a trainer that follows a formula.
#include "agent/workflows/mutation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "agent/output/mutation_text.h"
#include "agent/workflows/deepfd_table.h"
#include "agent/workflows/deepfd_trainings.h"
#include "agent/workflows/mutated_rows.h"
#include "eval/metrics/labels.h"
#include "tests/agent/workflows/fake_trainer.h"
#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/errors.h"
#include "trainer/support/npy.h"

namespace dlfix::agent {
namespace {

using support::InputError;
using ::testing::HasSubstr;

/// Epochs below 5 and rates below 0.02 cost much, other changes nothing.
double response(const trainer::TrainingRequest& request) {
  const bool short_training = request.fit.epochs < 5;
  const bool slow = request.compile.optimizer.learning_rate < 0.02;
  return 0.9 - (short_training ? 0.3 : 0) - (slow ? 0.2 : 0);
}

class MutationTest : public testing::Test {
 protected:
  MutationTest()
      : program_(mapping::capture_program(write_program(folder_, sample_text(600, "0.05")),
                                          folder_.file("capture"), standin_probe())) {
    options_.runs = 5;
  }

  MutationReport mutate(std::vector<std::string> operators) {
    options_.operators = std::move(operators);
    FakeTrainer trainer(response);
    Bench bench(trainer, reporter_, cancel_);
    return mutate_program(program_, options_, folder_.file("scratch"), bench);
  }

  static const TrainedVersion* named(const MutationReport& report, const std::string& name) {
    const auto found = std::ranges::find_if(
        report.mutants, [&](const auto& version) { return version.mutant->name() == name; });
    return found == report.mutants.end() ? nullptr : &*found;
  }

  TestFolder folder_;
  SilentReporter reporter_;
  std::atomic<bool> cancel_{false};
  mapping::Program program_;
  MutationOptions options_;
};

TEST_F(MutationTest, TheWeakestKilledValueOfAnOrderedOperatorIsFound) {
  const MutationReport report = mutate({"HNE", "HLR"});
  ASSERT_EQ(report.weakest.size(), 2U);
  // 10 epochs down to 1: killed below 5.
  EXPECT_EQ(report.weakest[0].killed, 4);
  EXPECT_EQ(report.weakest[0].survived, 5);
  ASSERT_TRUE(report.weakest[1].killed);
  EXPECT_LT(*report.weakest[1].killed, 0.02);
  EXPECT_GE(*report.weakest[1].survived, 0.02);
  ASSERT_NE(named(report, "HNE=1"), nullptr);
  EXPECT_TRUE(named(report, "HNE=1")->killed());
  EXPECT_THAT(to_text(report), HasSubstr("HNE: killed from 4 on, 5 survives"));
}

TEST_F(MutationTest, EveryValueOfAListIsAMutantAndWhatDoesNotApplySaysWhy) {
  const MutationReport report = mutate({"HBS", "RCP", "OCG", "VRM", "RCD"});
  EXPECT_EQ(report.mutants.size(), 4U);  // 32, 64, 256, 512
  for (const auto& version : report.mutants) EXPECT_FALSE(version.killed());
  ASSERT_EQ(report.not_applicable.size(), 4U);
  EXPECT_EQ(report.not_applicable[0].first, "RCP");
  EXPECT_THAT(report.not_applicable[0].second, HasSubstr("EarlyStopping"));
  const auto document = to_json(report);
  EXPECT_EQ(document["mutants"].size(), 4U);
  EXPECT_EQ(document["mutants"][0]["killed"], false);
  EXPECT_EQ(document["original"]["values"].size(), 5U);
}

TEST_F(MutationTest, ChangedRowsAreWrittenAndTrained) {
  const MutationReport report = mutate({"TRD", "TCL", "TAN"});
  ASSERT_EQ(report.weakest.size(), 3U);
  for (const auto& found : report.weakest) EXPECT_FALSE(found.killed) << found.operation;
}

TEST_F(MutationTest, DeletedAndRelabelledRowsAreThoseOfThePlan) {
  const Subject subject = classifier_subject(program_, "", folder_.file("scratch"));
  const auto problem = eval::detect_problem(program_);
  auto request = subject.request({}, subject.plan.search_use(), 0);
  const auto rows = static_cast<std::int64_t>(subject.plan.train.size());
  EXPECT_EQ(change_training_rows({"TRD", 50}, problem, 0, folder_.file("rows"), request), "");
  const std::int64_t left = request.train.labels.front().shape.front();
  EXPECT_NEAR(static_cast<double>(left), rows / 2.0, 2);
  EXPECT_EQ(request.train.inputs.front().front().shape, (trainer::Shape{left, 4}));
  EXPECT_FALSE(request.train.rows.has_value());
  // Labels and features still belong together: the class is which side of a line a row lies on.
  const auto x = support::NpyArray::open(request.train.inputs.front().front().path);
  const auto y = eval::read_labels(request.train.labels.front());
  for (std::int64_t row = 0; row < left; ++row) {
    const auto values = x.to_double(row, 1);
    EXPECT_EQ(y.class_of(row), values[0] + values[1] > 0 ? 1 : 0) << row;
  }

  auto relabelled = subject.request({}, subject.plan.search_use(), 0);
  EXPECT_EQ(change_training_rows({"TCL", 100}, problem, 0, folder_.file("rows"), relabelled), "");
  const auto after = eval::read_labels(relabelled.train.labels.front());
  std::int64_t wrong = 0, commonest = 0;
  const auto before = support::NpyArray::open(relabelled.train.inputs.front().front().path);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto values = before.to_double(row, 1);
    const std::int64_t side = values[0] + values[1] > 0 ? 1 : 0;
    wrong += after.class_of(row) != side ? 1 : 0;
    commonest += side;
  }
  EXPECT_EQ(wrong, std::max(commonest, rows - commonest));
}

TEST_F(MutationTest, DeepFdsSeedingIsNotMixedWithOtherOperators) {
  EXPECT_THROW(mutate({"deepfd", "HLR"}), InputError);
  EXPECT_THROW(mutate({"XYZ"}), InputError);
}

TEST_F(MutationTest, CtrlCEndsItAndSaysSo) {
  cancel_ = true;
  const MutationReport report = mutate({"HBS"});
  EXPECT_TRUE(report.interrupted);
  EXPECT_TRUE(report.mutants.empty());
}

TEST_F(MutationTest, DeepFdTrainsWithEarlyStoppingOnValidationRows) {
  const Subject subject = classifier_subject(program_, "", folder_.file("scratch"));
  const auto requests = deepfd_requests(subject, nullptr, 3);
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[2].seed, 2U);
  ASSERT_TRUE(requests[0].validation.has_value());
  EXPECT_EQ(requests[0].fit.callbacks.back().class_name, "EarlyStopping");
  EXPECT_EQ(requests[0].metric, "accuracy");
  ASSERT_TRUE(requests[0].trace.has_value());
  EXPECT_TRUE(requests[0].trace->curvature);
  EXPECT_TRUE(requests[0].trace->gradients && requests[0].trace->weights &&
              requests[0].trace->batches);
}

trainer::TrainingTrace one_check_trace() {
  trainer::TrainingTrace trace;
  trace.checks.names = {"epoch", "batch", "loss"};
  std::vector<double> row{0, 0, 0.5};
  for (const char* kind : {"gradients", "weights"}) {
    for (const std::string& statistic : trainer::trace_statistics()) {
      trace.checks.names.push_back(std::string(kind) + "/0/kernel/" + statistic);
      row.push_back(0.1);
    }
  }
  trace.checks.columns.resize(trace.checks.names.size());
  trace.checks.add_row(row);
  trace.batches.names = {"epoch", "batch", "loss", "metric"};
  trace.batches.columns.resize(4);
  trace.batches.add_row({0, 0, 0.5, 0.5});
  return trace;
}

/// The formula's trainer, with traces.
class TracingTrainer : public trainer::Trainer {
 public:
  void train(std::span<const trainer::TrainingRequest> requests,
             const trainer::TrainingCallbacks& callbacks) override {
    trainer::TrainingCallbacks with_trace = callbacks;
    with_trace.on_result = [&](std::size_t i, const trainer::TrainingResult& result) {
      trainer::TrainingResult traced = result;
      traced.trace = one_check_trace();
      callbacks.on_result(i, traced);
    };
    fake_.train(requests, with_trace);
  }
  std::string device_kind() const override { return "cpu"; }

 private:
  FakeTrainer fake_{response};
};

TEST_F(MutationTest, TheTableHasTheOriginalAndEveryMutantByWhetherItWasKilled) {
  TracingTrainer trainer;
  Bench bench(trainer, reporter_, cancel_);
  options_.mutants = 10;
  options_.several = 2;
  const auto report = mutate_program(program_, options_, folder_.file("scratch"), bench);
  eval::DeepFdTable table;
  add_versions(report, "sample", eval::ToolReading::kMended, table);
  eval::check_table(table);
  ASSERT_EQ(table.versions.size(), report.mutants.size() + 1);
  EXPECT_EQ(table.versions.front().version, "origin");
  EXPECT_FALSE(table.versions.front().survived);
  bool killed_epochs = false;
  for (const auto& version : table.versions) {
    EXPECT_EQ(version.program, "sample");
    EXPECT_EQ(version.runs.size(), 5U);
    EXPECT_FALSE(version.dataset.empty());
    const bool one_epoch = version.version == "epoch=1";
    if (one_epoch) {
      EXPECT_EQ(version.faults, (eval::FaultBits{0, 0, 0, 0, 1}));
    }
    killed_epochs = killed_epochs || one_epoch;
    if (version.survived) {
      EXPECT_EQ(version.faults, eval::FaultBits{});
    }
  }
  EXPECT_TRUE(killed_epochs);
}

TEST_F(MutationTest, ATableNeedsWatchedTrainings) {
  eval::DeepFdTable table;
  EXPECT_THROW(add_versions(mutate({"HBS"}), "sample", eval::ToolReading::kMended, table),
               InputError);
}

}  // namespace
}  // namespace dlfix::agent
