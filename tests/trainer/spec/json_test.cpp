// JSON forms of requests and results.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "samples.h"
#include "trainer/spec/json_fields.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

json through_text(const json& document) { return json::parse(document.dump()); }

TEST(RequestJson, RoundTripsThroughText) {
  TrainingRequest request = testing_samples::request();
  request.validation = request.train;
  request.fit.steps_per_epoch = 3;
  request.fit.class_weight = {{"0", 1.0}, {"1", 2.5}};
  request.fit.callbacks = {{"EarlyStopping", {{"patience", 2}}}};
  request.seed = std::numeric_limits<std::uint64_t>::max();
  request.symptoms = true;
  const json document = request;
  const auto again = through_text(document).get<TrainingRequest>();
  EXPECT_EQ(json(again), document);
  EXPECT_EQ(again.seed, request.seed);
  EXPECT_EQ(again.model.layers[1].inbound, request.model.layers[1].inbound);
  EXPECT_EQ(again.model.input_shapes, request.model.input_shapes);
  EXPECT_EQ(again.evaluate[0].data.rows, request.evaluate[0].data.rows);
  EXPECT_EQ(again.fit.steps_per_epoch, 3);
}

TEST(RequestJson, AbsentOptionsStayAbsent) {
  const auto again = through_text(testing_samples::request()).get<TrainingRequest>();
  EXPECT_FALSE(again.validation.has_value());
  EXPECT_FALSE(again.fit.steps_per_epoch.has_value());
  EXPECT_FALSE(again.train.rows.has_value());
  EXPECT_TRUE(again.fit.class_weight.is_null());
}

TEST(RequestJson, NumbersThatAreNotFiniteSurvive) {
  TrainingRequest request = testing_samples::request();
  request.compile.optimizer.learning_rate = kInf;
  request.compile.optimizer.options["clipvalue"] = -kInf;
  request.model.layers[0].attributes["kernel_initializer"]["stddev"] = kNaN;
  const auto again = through_text(request).get<TrainingRequest>();
  EXPECT_EQ(again.compile.optimizer.learning_rate, kInf);
  EXPECT_EQ(again.compile.optimizer.options["clipvalue"].get<double>(), -kInf);
  EXPECT_TRUE(
      std::isnan(again.model.layers[0].attributes["kernel_initializer"]["stddev"].get<double>()));
}

TEST(RequestJson, EveryMissingFieldIsNamed) {
  const json document = testing_samples::request();
  for (const auto& [name, value] : document.items()) {
    if (name == "validation") continue;  // may be left out
    json damaged = document;
    damaged.erase(name);
    EXPECT_THAT([&] { damaged.get<TrainingRequest>(); },
                ThrowsMessage<support::InputError>(
                    AllOf(HasSubstr("'" + name + "'"), HasSubstr("missing"))));
  }
}

TEST(RequestJson, WrongTypesAreNamed) {
  const auto damaged = [](const char* pointer, const json& value, const char* field) {
    json document = testing_samples::request();
    document[json::json_pointer(pointer)] = value;
    EXPECT_THAT([&] { document.get<TrainingRequest>(); },
                ThrowsMessage<support::InputError>(HasSubstr("'" + std::string(field) + "'")))
        << pointer;
  };
  damaged("/seed", -1, "seed");
  damaged("/seed", 1.5, "seed");
  damaged("/fit/epochs", "5", "epochs");
  damaged("/fit/epochs", 18446744073709551615ULL, "epochs");
  damaged("/fit/shuffle", 1, "shuffle");
  damaged("/fit/class_weight", json::array({1, 2}), "class_weight");
  damaged("/compile/optimizer/learning_rate", "fast", "learning_rate");
  damaged("/compile/metrics", json::array({1}), "metric");
  damaged("/model/layers/0/attributes", "units=3", "attributes");
  damaged("/model/layers/0/inbound", json::parse("[[[0]]]"), "inbound");
  damaged("/model/layers/0/inbound", json::parse("[[0, 1]]"), "inbound");
  damaged("/model/input_shapes", json::parse("[[1.5]]"), "shape");
  damaged("/train/inputs/0/0/sha256", nullptr, "sha256");
  damaged("/train/rows", json::array({"a"}), "rows");
  damaged("/evaluate/0/name", 3, "name");
  EXPECT_THROW(json(3).get<TrainingRequest>(), support::InputError);
  EXPECT_THROW(json::array().get<RowSet>(), support::InputError);
}

TrainingResult sample_result() {
  TrainingResult result;
  result.status = TrainingStatus::kNan;
  result.reason = "loss is not a number";
  result.epochs = {{0.5, 0.75, kNaN, kNaN, 0.001}, {kInf, 0, -kInf, 1, 1e-9}};
  EvaluationResult evaluation{
      "final", kNaN, 0.125, {0.1F, 1, 0, NAN, INFINITY, 1e-30F, -0.0F}, {0.33333334F}, {0, -1, 2}};
  result.evaluations = {evaluation};
  result.symptoms = {{3, 0.5, kNaN, 2}};
  result.seconds = 1.25;
  result.work = 1e-3;
  result.device = "cpu";
  result.trainer = "torch 1.13.0";
  return result;
}

TEST(ResultJson, RoundTripsBitForBit) {
  const TrainingResult result = sample_result();
  const auto again = through_text(result).get<TrainingResult>();
  EXPECT_EQ(json(again), json(result));
  ASSERT_EQ(again.epochs.size(), 2U);
  EXPECT_TRUE(std::isnan(again.epochs[0].val_loss));
  EXPECT_EQ(again.epochs[1].loss, kInf);
  EXPECT_EQ(again.epochs[1].val_loss, -kInf);
  EXPECT_TRUE(std::isnan(again.evaluations[0].loss));
  const auto& before = result.evaluations[0].row_values;
  const auto& after = again.evaluations[0].row_values;
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_TRUE(after[i] == before[i] || (std::isnan(after[i]) && std::isnan(before[i])));
  }
  EXPECT_TRUE(std::signbit(after.back()));
}

TEST(ResultJson, FloatsAreExactAndShort) {
  EXPECT_EQ(float_to_json(0.1F).dump(), "0.1");
  EXPECT_EQ(float_to_json(1.0F).dump(), "1");
  std::uint32_t bits = 1;
  for (int i = 0; i < 20000; ++i) {
    bits = bits * 1664525U + 1013904223U;
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(static_cast<float>(json::parse(float_to_json(value).dump()).get<double>()), value);
  }
}

TEST(ResultJson, RefusesDamage) {
  const json document = sample_result();
  const auto damaged = [&](const char* pointer, const json& value, const char* field) {
    json copy = document;
    copy[json::json_pointer(pointer)] = value;
    EXPECT_THAT([&] { copy.get<TrainingResult>(); },
                ThrowsMessage<support::InputError>(HasSubstr(field)));
  };
  damaged("/status", "fine", "'fine'");
  damaged("/epochs/metric", json::array({1}), "metric");
  damaged("/evaluations/0/value", "high", "value");
  damaged("/evaluations/0/row_values", json::array({nullptr}), "row_values");
  damaged("/symptoms/0/layer", 0.5, "layer");
}

TEST(Status, HasANameForEveryValue) {
  EXPECT_EQ(to_string(TrainingStatus::kOk), "ok");
  EXPECT_EQ(to_string(TrainingStatus::kOutOfMemory), "out_of_memory");
  for (const auto status :
       {TrainingStatus::kOk, TrainingStatus::kNan, TrainingStatus::kCrash,
        TrainingStatus::kUnsupported, TrainingStatus::kOutOfMemory, TrainingStatus::kCancelled}) {
    TrainingResult result;
    result.status = status;
    EXPECT_EQ(json(result).get<TrainingResult>().status, status);
  }
}

TEST(Metrics, KnowKerasSpellings) {
  EXPECT_EQ(canonical_metric("acc"), "accuracy");
  EXPECT_EQ(canonical_metric("mean_absolute_error"), "mae");
  EXPECT_EQ(canonical_metric("binary_accuracy"), "binary_accuracy");
  EXPECT_EQ(canonical_metric("perplexity"), "");
  for (const std::string& name : metric_names()) EXPECT_NE(canonical_metric(name), "") << name;
}

TEST(Metrics, KnowTheirDirection) {
  for (const char* name : {"accuracy", "acc", "f1", "AUC", "categorical_accuracy"}) {
    EXPECT_TRUE(higher_is_better(name)) << name;
  }
  for (const char* name : {"loss", "mae", "mse", "mean_squared_error", "unknown"}) {
    EXPECT_FALSE(higher_is_better(name)) << name;
  }
}

}  // namespace
}  // namespace dlfix::trainer
