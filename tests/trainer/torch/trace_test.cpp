// What a trace says is true, and watching changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "helpers.h"
#include "test_device.h"
#include "trainer/torch/number_summary.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

TraceSpec everything() {
  TraceSpec spec;
  spec.weights = spec.gradients = spec.outputs = spec.output_gradients = spec.batches = true;
  spec.every_epochs = 1;
  spec.every_batches = 2;
  return spec;
}

double statistic(const std::vector<float>& numbers, const std::string& name) {
  NumberSummary summary;
  summary.add(numbers.data(), numbers.size());
  const auto& names = trace_statistics();
  const auto place = std::find(names.begin(), names.end(), name) - names.begin();
  return summary.statistics()[static_cast<std::size_t>(place)];
}

void expect_same_numbers(const std::vector<double>& a, const std::vector<double>& b,
                         const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) << what << " " << i;
  }
}

void expect_same_table(const TraceTable& a, const TraceTable& b) {
  ASSERT_EQ(a.names, b.names);
  for (std::size_t k = 0; k < a.names.size(); ++k) {
    expect_same_numbers(a.columns[k], b.columns[k], a.names[k]);
  }
}

/// Dropout, noise, batch normalisation, an activity penalty: what behaves differently in training.
TrainingRequest mixed_request(const Problem& problem) {
  TrainingRequest request = small_request(problem, 48, 3);
  request.model = sequential(
      {layer("Reshape", {{"target_shape", {4, 4, 3}}}),
       layer("Conv2D", {{"filters", 4}, {"kernel_size", {2, 2}}, {"activation", "relu"}}),
       layer("BatchNormalization", json::object()), layer("Dropout", {{"rate", 0.4}}),
       layer("Flatten", json::object()), layer("GaussianNoise", {{"stddev", 0.3}}),
       dense(6, "tanh", {{"activity_regularizer", {{"class", "l2"}, {"l2", 0.01}}}}),
       dense(3, "softmax")},
      {48});
  request.fit.batch_size = 16;
  return request;
}

TEST(Trace, ChangesNothingInTheTraining) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 90, 48, 3);
  TrainingRequest plain = mixed_request(problem);
  TrainingRequest chain = small_request(problem, 48, 3);
  for (TrainingRequest request : {plain, chain}) {
    const TrainingResult unwatched = train_one(request);
    request.trace = everything();
    const TrainingResult watched = train_one(request);
    ASSERT_EQ(watched.status, TrainingStatus::kOk) << watched.reason;
    EXPECT_FALSE(unwatched.trace);
    ASSERT_TRUE(watched.trace);
    for (std::size_t e = 0; e < watched.epochs.size(); ++e) {
      expect_same(watched.epochs[e].loss, unwatched.epochs[e].loss);
    }
    expect_same(watched.evaluations[0].scores, unwatched.evaluations[0].scores);
  }
}

TEST(Trace, DoesNotDependOnWhatTrainsBeside) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 90, 48, 3);
  TrainingRequest request = mixed_request(problem);
  request.trace = everything();
  const TrainingResult alone = train_one(request);
  std::vector<TrainingRequest> many(7, request);
  for (std::size_t i = 0; i < many.size(); ++i) {
    many[i].seed = i == 4 ? request.seed : 100 + i;
    many[i].fit.epochs = i < 4 ? 2 : 3;  // others leave earlier
  }
  const auto fused = train(many);
  ASSERT_TRUE(alone.trace);
  ASSERT_TRUE(fused[4].trace);
  expect_same_table(fused[4].trace->checks, alone.trace->checks);
  expect_same_table(fused[4].trace->batches, alone.trace->batches);
  EXPECT_LT(fused[0].trace->checks.rows(), alone.trace->checks.rows());
}

TEST(Trace, ChecksWhereItIsAsked) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 90, 6, 3);
  TrainingRequest request = small_request(problem, 6, 3);
  request.fit.batch_size = 20;  // five batches
  request.fit.epochs = 3;
  TraceSpec spec;
  spec.weights = true;
  spec.every_batches = 3;
  spec.every_epochs = 2;
  request.trace = spec;
  const TrainingResult result = train_one(request);
  ASSERT_TRUE(result.trace) << result.reason;
  EXPECT_THAT(result.trace->checks.column("epoch"), ::testing::ElementsAre(0, 0, 0, 1, 1, 2, 2, 2));
  EXPECT_THAT(result.trace->checks.column("batch"),
              ::testing::ElementsAre(0, 3, -1, 0, 3, 0, 3, -1));
  EXPECT_EQ(result.trace->batches.rows(), 0U);
  EXPECT_TRUE(result.trace->checks.has("weights/0/kernel/norm"));
  EXPECT_TRUE(result.trace->checks.has("weights/1/bias/bad"));
  EXPECT_FALSE(result.trace->checks.has("gradients/0/kernel/norm"));
  EXPECT_THROW(result.trace->checks.column("weights/9/kernel/norm"), std::exception);
}

// One unit of linear regression whose numbers are known by hand.
struct ByHand {
  TemporaryFolder folder;
  std::vector<float> x{1, 2, -3, 4}, y{2, 2, 1, -1};
  TrainingRequest request;

  ByHand() {
    request.train = {{{write_array(folder.path("x.npy"), {4, 1}, x)}},
                     {write_array(folder.path("y.npy"), {4, 1}, y)},
                     {},
                     {}};
    request.evaluate = {{"all", request.train}};
    request.model = sequential({dense(1, "linear", {{"kernel_initializer", "ones"}})}, {1});
    request.compile = {"mean_squared_error", json::object(), {"sgd", 0.0, json::object()}, {}};
    request.metric = "mse";
    request.fit.batch_size = 2;
    request.fit.epochs = 1;
    request.fit.shuffle = false;
    TraceSpec spec = everything();
    spec.every_batches = 1;
    request.trace = spec;
  }

  double at(const std::string& column, std::size_t row) const {
    return result.trace->checks.column(column).at(row);
  }
  void run() {
    result = train_one(request);
    ASSERT_TRUE(result.trace) << result.reason;
  }
  TrainingResult result;
};

TEST(Trace, NumbersByHand) {
  ByHand hand;
  hand.run();
  // Prediction x, error x - y: -1, 0 for the first two rows.
  EXPECT_DOUBLE_EQ(hand.at("loss", 0), 0.5);
  EXPECT_DOUBLE_EQ(hand.at("gradients/0/kernel/mean", 0), 2 * (-1.0 * 1 + 0) / 2);
  EXPECT_DOUBLE_EQ(hand.at("gradients/0/bias/mean", 0), -1);
  EXPECT_DOUBLE_EQ(hand.at("gradients/0/bias/norm", 0), 1);
  EXPECT_DOUBLE_EQ(hand.at("outputs/0/mean", 0), 1.5);
  EXPECT_DOUBLE_EQ(hand.at("outputs/0/std", 0), 0.5);
  EXPECT_DOUBLE_EQ(hand.at("output_gradients/0/min", 0), -1);
  EXPECT_DOUBLE_EQ(hand.at("output_gradients/0/zero", 0), 0.5);
  EXPECT_DOUBLE_EQ(hand.at("weights/0/kernel/mean", 0), 1);
  EXPECT_DOUBLE_EQ(hand.at("weights/0/bias/zero", 0), 1);
  // The batches' own losses: rows 1, 2 and rows 3, 4 (errors -4 and 5).
  EXPECT_THAT(hand.result.trace->batches.column("loss"),
              ::testing::ElementsAre(0.5, (16 + 25) / 2.0));
  EXPECT_DOUBLE_EQ(hand.result.trace->batches.column("metric").back(), 42 / 4.0);
}

TEST(Trace, AProbeMayFollowTheBatches) {
  ByHand hand;
  hand.request.trace->probe_follows = true;
  hand.run();
  EXPECT_THAT(hand.result.trace->checks.column("loss"),
              ::testing::ElementsAre(0.5, 20.5, 0.5));  // batch 0, batch 1, after the epoch
}

TEST(Trace, AProbeThatFollowsCanRunPastTheRows) {
  ByHand hand;
  hand.request.trace->probe_follows = true;
  hand.request.trace->probe_rows = 4;
  hand.run();
  EXPECT_DOUBLE_EQ(hand.at("loss", 0), 42 / 4.0);
  EXPECT_TRUE(std::isnan(hand.at("loss", 1)));
  EXPECT_TRUE(std::isnan(hand.at("gradients/0/kernel/mean", 1)));
  EXPECT_TRUE(std::isnan(hand.at("outputs/0/mean", 1)));
  EXPECT_DOUBLE_EQ(hand.at("weights/0/kernel/mean", 1), 1);
}

// Mean squared error of one weight w and bias b: the second derivative along a unit vector u is
// 2 mean((x u_w + u_b)^2), whatever the weights are.
TEST(Trace, CurvatureAlongTheGradient) {
  ByHand hand;
  hand.request.trace->curvature = true;
  hand.run();
  // Rows x = 1, 2 with errors -1, 0: the gradient is (-1, -1), so u = (1, 1) / sqrt(2).
  EXPECT_NEAR(hand.at("curvature", 0), 2 * ((4.0 + 9.0) / 2) / 2, 1e-3);
  ByHand without;
  without.run();
  EXPECT_FALSE(without.result.trace->checks.has("curvature"));
  EXPECT_EQ(hand.at("loss", 2), without.at("loss", 2)) << "looking changes nothing";
  EXPECT_EQ(hand.at("weights/0/kernel/mean", 2), without.at("weights/0/kernel/mean", 2));
}

TEST(Trace, PenaltiesAreInLossAndGradients) {
  ByHand hand;
  hand.request.model.layers[0].attributes["kernel_regularizer"] = {{"class", "l2"}, {"l2", 0.25}};
  hand.run();
  EXPECT_DOUBLE_EQ(hand.at("loss", 0), 0.75);
  EXPECT_DOUBLE_EQ(hand.at("gradients/0/kernel/mean", 0), -1 + 2 * 0.25);
}

TEST(Trace, ALargeProbeIsAllRows) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 700, 48, 3);
  TrainingRequest request = mixed_request(problem);
  request.fit.epochs = 1;
  request.trace = everything();
  request.trace->every_batches = 0;
  request.trace->probe_rows = 100000;
  const TrainingResult result = train_one(request);
  ASSERT_TRUE(result.trace) << result.reason;
  ASSERT_EQ(result.trace->checks.rows(), 1U);
  // In inference: no dropout, no noise, moving statistics, as in the evaluation.
  EXPECT_NEAR(result.trace->checks.column("loss")[0], result.evaluations[0].loss, 1e-6);
}

// The mean of the gradient over all rows, against the mean of small probes that follow one another.
TEST(Trace, GradientsOfPartsAddUp) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 600, 48, 3);
  TrainingRequest request = mixed_request(problem);
  request.compile.optimizer = {"sgd", 0.0, json::object()};
  request.model.layers.erase(request.model.layers.begin() + 2);  // moving statistics move
  request.model = sequential(request.model.layers, {48});
  request.fit.batch_size = 100;
  request.fit.epochs = 1;
  request.trace = everything();
  request.trace->every_batches = 1;
  request.trace->probe_follows = true;
  const auto parts = train_one(request);
  request.trace->probe_follows = false;
  request.trace->probe_rows = 600;
  const auto whole = train_one(request);
  ASSERT_TRUE(parts.trace) << parts.reason;
  for (const char* column : {"gradients/1/kernel/mean", "gradients/6/bias/mean", "loss"}) {
    double mean = 0;
    for (std::size_t i = 0; i < 6; ++i) mean += parts.trace->checks.column(column)[i] / 6;
    EXPECT_NEAR(mean, whole.trace->checks.column(column)[0], 1e-6) << column;
  }
}

TEST(Trace, DivergenceIsSeen) {
  ByHand hand;
  hand.request.compile.optimizer = {"sgd", 1e30, json::object()};
  hand.request.fit.epochs = 4;
  hand.run();
  EXPECT_EQ(hand.result.status, TrainingStatus::kNan);
  EXPECT_DOUBLE_EQ(hand.result.trace->checks.column("weights/0/kernel/bad").back(), 1);
  EXPECT_TRUE(std::isnan(hand.result.trace->checks.column("gradients/0/kernel/mean").back()));
}

TEST(Trace, SurvivesTheWayThroughJson) {
  ByHand hand;
  hand.request.compile.optimizer = {"sgd", 1e30, json::object()};
  hand.run();
  const json document = hand.result;
  const auto back = document.get<TrainingResult>();
  ASSERT_TRUE(back.trace);
  expect_same_table(back.trace->batches, hand.result.trace->batches);
  ASSERT_EQ(back.trace->checks.names, hand.result.trace->checks.names);
  const json request = hand.request;
  EXPECT_EQ(request.get<TrainingRequest>().trace, hand.request.trace);
}

TEST(NumberSummary, Statistics) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(statistic({0.1F, 0.1F, 0.1F}, "std"), 0);
  EXPECT_DOUBLE_EQ(statistic({0.1F, 0.1F, 0.1F}, "mean"), double(0.1F));
  EXPECT_DOUBLE_EQ(statistic({1, 2, 3, 4}, "std"), std::sqrt(1.25));
  EXPECT_DOUBLE_EQ(statistic({3, -4}, "norm"), 5);
  EXPECT_DOUBLE_EQ(statistic({3, -4}, "mean_abs"), 3.5);
  EXPECT_DOUBLE_EQ(statistic({0, -0.0F, 1, -1}, "zero"), 0.5);
  EXPECT_DOUBLE_EQ(statistic({0, -0.0F, 1, -1}, "nonpositive"), 0.75);
  EXPECT_DOUBLE_EQ(statistic({5, -5, 4.99F, -4.99F}, "saturated"), 0.5);
  EXPECT_DOUBLE_EQ(statistic({nan, inf, 1, 2}, "bad"), 0.5);
  EXPECT_EQ(statistic({nan, 2, -7}, "min"), -7);
  EXPECT_TRUE(std::isnan(statistic({nan, nan}, "max")));
  EXPECT_TRUE(std::isnan(statistic({nan, 2}, "mean")));
  EXPECT_TRUE(std::isnan(statistic({}, "zero")));
  // A large mean does not swallow a small spread.
  EXPECT_NEAR(statistic({1e6F, 1e6F + 1, 1e6F + 2}, "std"), std::sqrt(2.0 / 3), 1e-9);
}

}  // namespace
}  // namespace dlfix::trainer::testing
