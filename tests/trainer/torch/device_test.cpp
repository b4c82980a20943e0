// A device trains as the processor does (DLFIX_TEST_DEVICE=cuda).
#include <gtest/gtest.h>

#include <cmath>

#include "helpers.h"
#include "test_device.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

std::vector<std::pair<const char*, ModelSpec>> networks() {
  const LayerSpec image = layer("Reshape", {{"target_shape", {6, 6, 1}}});
  return {
      {"dense",
       sequential({dense(13, "tanh"), layer("Dropout", {{"rate", 0.25}}), dense(3, "softmax")},
                  {36})},
      {"convolution",
       sequential(
           {image,
            layer("Conv2D", {{"filters", 4}, {"kernel_size", {3, 3}}, {"activation", "relu"}}),
            layer("BatchNormalization", json::object()),
            layer("MaxPooling2D", {{"pool_size", {2, 2}}}), layer("Flatten", json::object()),
            dense(3, "softmax")},
           {36})},
      {"recurrent",
       sequential({layer("Reshape", {{"target_shape", {6, 6}}}),
                   layer("LSTM", {{"units", 5}, {"activation", "tanh"}}), dense(3, "softmax")},
                  {36})},
  };
}

TEST(Device, TrainsAsTheProcessorDoes) {
  if (on_processor()) GTEST_SKIP() << "compares DLFIX_TEST_DEVICE with the processor";
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 120, 36, 3);
  for (const auto& [name, model] : networks()) {
    for (const char* optimizer :
         {"sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam", "ftrl"}) {
      SCOPED_TRACE(std::string(name) + " " + optimizer);
      TrainingRequest request = small_request(problem, 36, 3);
      request.model = model;
      request.compile.optimizer = {optimizer, 0.01, json::object()};
      const TrainingResult there = train_one(request);
      const TrainingResult here = train_on("cpu", {request})[0];
      ASSERT_EQ(there.status, here.status) << there.reason;
      ASSERT_EQ(there.epochs.size(), here.epochs.size());
      for (std::size_t e = 0; e < here.epochs.size(); ++e)
        expect_same(there.epochs[e].loss, here.epochs[e].loss);
      expect_same(there.evaluations[0].scores, here.evaluations[0].scores);
    }
  }
}

}  // namespace
}  // namespace dlfix::trainer::testing
