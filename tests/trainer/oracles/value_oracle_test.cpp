// Initialisers, random layers, F1, AUC and callbacks against what make_fixtures.py saw in Keras.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "oracle_case.h"
#include "trainer/torch/callbacks.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/initializers.h"
#include "trainer/torch/metrics.h"
#include "trainer/torch/network.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

// Standard errors that two independent draws may be apart.
constexpr double kErrors = 6;
const std::vector<double> kQuantiles{0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98};

struct Statistics {
  double mean = 0, deviation = 0, low = 0, high = 0;
};

template <class Numbers>
Statistics statistics_of(const Numbers& values) {
  double sum = 0;
  for (double v : values) sum += v;
  const double mean = sum / double(values.size());
  double square = 0;
  for (double v : values) square += (v - mean) * (v - mean);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {mean, std::sqrt(square / double(values.size())), *low, *high};
}

// The share of our draw below each of Keras's quantiles: the same distribution gives the same
// shares, up to the errors of both draws.
void expect_same_quantiles(const std::vector<float>& values, const json& quantiles) {
  const double count = double(values.size());
  for (std::size_t k = 0; k < kQuantiles.size(); ++k) {
    const double bound = quantiles[k].get<double>();
    const double below =
        double(std::count_if(values.begin(), values.end(), [&](float v) { return v <= bound; }));
    const double error = std::sqrt(2 * kQuantiles[k] * (1 - kQuantiles[k]) / count);
    EXPECT_NEAR(below / count, kQuantiles[k], kErrors * error) << kQuantiles[k];
  }
}

bool is_bounded(const json& spec) {
  const std::string name = spec.at("class");
  return name != "random_normal" && spec.value("distribution", "") != "untruncated_normal";
}

void expect_gram(const std::vector<float>& values, const json& entry) {
  const auto width = entry.at("shape").back().get<std::int64_t>();
  const Tensor matrix = at::tensor(values).view({-1, width}).to(at::kDouble);
  const Tensor product =
      matrix.size(0) >= width ? at::mm(matrix.t(), matrix) : at::mm(matrix, matrix.t());
  const Tensor diagonal = product.diag();
  const double expected = entry.at("gram")[0].get<double>();
  const double rest = (product - at::diag(diagonal)).abs().max().item<double>();
  EXPECT_NEAR(diagonal.mean().item<double>(), expected, expected * 2e-3);
  EXPECT_NEAR(rest, entry.at("gram")[1].get<double>(), 1e-5);
}

TEST(InitializerOracle, DrawsFromTheSameDistribution) {
  for (const json& entry : read_fixture("initializers")) {
    SCOPED_TRACE(entry.at("profile").get<std::string>() + " " + entry.at("spec").dump() + " " +
                 entry.at("shape").dump());
    const auto draw = [&] {
      return initial_values(entry.at("spec"), entry.at("shape").get<Shape>(),
                            PhiloxStream(3, RandomPurpose::kInitialWeights, 0, 0));
    };
    if (entry.contains("raises")) {
      EXPECT_THROW(draw(), TrainingFailure);
      continue;
    }
    const std::vector<float> values = draw();
    const Statistics got = statistics_of(values);
    const double deviation = entry.at("deviation").get<double>();
    const double error = kErrors * std::sqrt(2.0 / double(values.size()));
    EXPECT_NEAR(got.mean, entry.at("mean").get<double>(), deviation * error + 1e-6);
    EXPECT_NEAR(got.deviation, deviation, deviation * error + 1e-6);
    if (entry.contains("gram")) {
      expect_gram(values, entry);
    } else if (deviation == 0) {
      EXPECT_EQ(float(got.low), entry.at("low").get<float>());
      EXPECT_EQ(float(got.high), entry.at("high").get<float>());
    } else {
      expect_same_quantiles(values, entry.at("quantiles"));
      if (is_bounded(entry.at("spec"))) {
        const double slack = deviation * 60 / double(values.size());
        EXPECT_NEAR(got.low, entry.at("low").get<double>(), slack);
        EXPECT_NEAR(got.high, entry.at("high").get<double>(), slack);
      }
    }
  }
}

// A network of one layer, called on ones: [rows, ...] of the second of two replicas.
Tensor call_on_ones(const json& entry, bool training) {
  LayerSpec layer;
  layer.class_name = entry.at("layer").get<std::string>();
  layer.attributes = entry.at("attributes");
  layer.inbound = {{{-1, 0}}};
  ModelSpec model;
  model.layers = {layer};
  model.input_shapes = {entry.at("shape").get<Shape>()};
  model.inputs = {{-1, 0}};
  model.outputs = {{0, 0}};
  const Network network({&model, &model}, model.input_shapes,
                        find_profile(entry.at("profile").get<std::string>()));
  const std::vector<std::uint64_t> seeds{1, 2};
  const Weights weights = network.initial_weights(seeds, at::Device(at::kCPU));
  ForwardContext context;
  context.training = training;
  context.seeds = &seeds;
  const Tensor ones =
      at::ones(with_leading({2, entry.at("rows").get<std::int64_t>()}, model.input_shapes[0]));
  const Tensor output = network.forward({ones}, weights, context).tensor;
  if (training) {
    EXPECT_FALSE(at::equal(output[0], output[1])) << "two seeds, one stream";
  }
  return output[1].contiguous();
}

TEST(RandomLayerOracle, ActsWithTheSameMoments) {
  for (const json& entry : read_fixture("random_layers")) {
    SCOPED_TRACE(entry.at("profile").get<std::string>() + " " + entry.at("layer").dump());
    const Tensor output = call_on_ones(entry, true);
    const std::vector<float> values(output.data_ptr<float>(),
                                    output.data_ptr<float>() + output.numel());
    const Statistics got = statistics_of(values);
    // One draw a channel, or one a unit.
    const Tensor channels = output.reshape({40, -1, output.size(-1)});
    const bool shared = at::equal(channels, channels.narrow(1, 0, 1).expand_as(channels));
    EXPECT_EQ(shared, entry.at("shared").get<bool>());
    const double draws = shared ? 800 : double(values.size());
    const double error = kErrors * std::sqrt(2 / draws);
    const double deviation = entry.at("deviation").get<double>();
    EXPECT_NEAR(got.mean, entry.at("mean").get<double>(), deviation * error);
    EXPECT_NEAR(got.deviation, deviation, deviation * error);
    const double zeros = (output == 0).to(at::kDouble).mean().item<double>();
    EXPECT_NEAR(zeros, entry.at("zeros").get<double>(), error / 2);
    EXPECT_TRUE(at::equal(call_on_ones(entry, false), at::ones_like(output)));
    EXPECT_EQ(entry.at("inference"), json::array({1.0}));
  }
}

TEST(MetricOracle, F1AndAuc) {
  for (const json& entry : read_fixture("rank_metrics")) {
    const auto truth = entry.at("truth").get<std::vector<std::int32_t>>();
    double value = 0;
    if (entry.at("metric") == "f1") {
      value = macro_f1(entry.at("predicted").get<std::vector<std::int32_t>>(), truth);
    } else {
      std::vector<bool> positive;
      for (std::int32_t label : truth) positive.push_back(label == 1);
      value = roc_auc(entry.at("scores").get<std::vector<float>>(), positive);
    }
    EXPECT_NEAR(value, entry.at("value").get<double>(), 1e-5) << entry.at("metric");
  }
}

// Feeds a series of val_loss as fit does; the epoch whose weights remain.
void expect_stops(const json& entry, const std::vector<double>& series, const Profile& profile) {
  FitCallbacks callbacks({{"EarlyStopping", entry.at("attributes")}}, profile);
  std::int64_t stopped = -1;
  std::int64_t best = -1;
  std::int64_t last = -1;
  double rate = 1;
  for (std::size_t epoch = 0; epoch < series.size() && stopped < 0; ++epoch) {
    last = static_cast<std::int64_t>(epoch);
    const auto verdict = callbacks.end_epoch(last, {{"val_loss", series[epoch]}}, rate);
    if (verdict.best) best = last;
    if (verdict.stop) stopped = last;
  }
  const bool restored = best >= 0 && callbacks.restores_best(stopped >= 0);
  EXPECT_EQ(stopped, entry.at("stops").get<std::int64_t>());
  EXPECT_EQ(restored ? best : last, entry.at("weights").get<std::int64_t>());
}

void expect_rates(const json& entry, const std::vector<double>& series, const Profile& profile) {
  FitCallbacks callbacks({{"ReduceLROnPlateau", entry.at("attributes")}}, profile);
  double rate = 1;
  for (std::size_t epoch = 0; epoch < series.size(); ++epoch) {
    callbacks.end_epoch(static_cast<std::int64_t>(epoch), {{"val_loss", series[epoch]}}, rate);
    EXPECT_NEAR(rate, entry.at("rates")[epoch].get<double>(), 1e-6) << "epoch " << epoch;
  }
}

TEST(CallbackOracle, StopsRestoresAndReducesWhereKerasDoes) {
  const json fixture = read_fixture("callbacks");
  for (const json& entry : fixture.at("entries")) {
    const auto series = numbers_of(fixture.at("series").at(entry.at("series").get<std::string>()));
    for (const std::string profile : entry.at("profiles")) {
      SCOPED_TRACE(profile + " " + entry.at("class").get<std::string>() + " " +
                   entry.at("attributes").dump() + " " + entry.at("series").dump());
      const bool stops = entry.at("class") == "EarlyStopping";
      (stops ? expect_stops : expect_rates)(entry, series, find_profile(profile));
    }
  }
}

}  // namespace
}  // namespace dlfix::trainer::testing
