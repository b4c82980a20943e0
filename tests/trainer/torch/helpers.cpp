#include "helpers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "test_device.h"
#include "trainer/support/hash.h"
#include "trainer/support/npy.h"
#include "trainer/torch/engine.h"

namespace dlfix::trainer::testing {

TemporaryFolder::TemporaryFolder() {
  static int counter = 0;
  folder_ = std::filesystem::temp_directory_path() /
            ("dlfix-torch-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
  std::filesystem::create_directories(folder_);
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(folder_); }

ArrayRef write_array(const std::string& path, const Shape& shape,
                     const std::vector<float>& values) {
  support::write_npy(path, shape, "float32", values.data());
  return {path, shape, "float32", support::sha256_file(path)};
}

LayerSpec layer(const std::string& class_name, nlohmann::json attributes) {
  LayerSpec spec;
  spec.class_name = class_name;
  spec.attributes = std::move(attributes);
  return spec;
}

LayerSpec dense(int units, const std::string& activation, nlohmann::json more) {
  more["units"] = units;
  more["activation"] = activation;
  return layer("Dense", std::move(more));
}

ModelSpec sequential(std::vector<LayerSpec> layers, Shape input) {
  ModelSpec model;
  model.input_shapes = {std::move(input)};
  model.inputs = {{-1, 0}};
  NodeRef before{-1, 0};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].inbound = {{before}};
    layers[i].line = static_cast<int>(10 + i);
    before = {static_cast<std::int64_t>(i), 0};
  }
  model.layers = std::move(layers);
  model.outputs = {before};
  return model;
}

Problem make_problem(const TemporaryFolder& folder, const std::string& name, int rows, int features,
                     int classes, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, 0.6F);
  std::vector<float> x;
  std::vector<float> ids;
  std::vector<float> one_hot;
  for (int i = 0; i < rows; ++i) {
    const int label = i % classes;
    for (int k = 0; k < features; ++k) {
      x.push_back((k % classes == label ? 1.5F : -0.5F) + noise(random));
    }
    ids.push_back(float(label));
    for (int c = 0; c < classes; ++c) one_hot.push_back(c == label ? 1.0F : 0.0F);
  }
  return {write_array(folder.path(name + "_x.npy"), {rows, features}, x),
          write_array(folder.path(name + "_y.npy"), {rows, 1}, ids),
          write_array(folder.path(name + "_t.npy"), {rows, classes}, one_hot)};
}

TrainingRequest small_request(const Problem& problem, int features, int classes) {
  TrainingRequest request;
  request.model = sequential({dense(7, "relu"), dense(classes, "softmax")}, {features});
  request.compile.loss = "categorical_crossentropy";
  request.compile.optimizer = {"adam", 0.01, nlohmann::json::object()};
  request.compile.metrics = {"accuracy"};
  request.fit.batch_size = 16;
  request.fit.epochs = 3;
  request.train = problem.with_one_hot();
  request.evaluate = {{"test", problem.with_one_hot()}};
  request.profile = "tf23";
  return request;
}

std::vector<TrainingResult> train(const std::vector<TrainingRequest>& requests) {
  return train_on(test_device(), requests);
}

std::vector<TrainingResult> train_on(const std::string& device,
                                     const std::vector<TrainingRequest>& requests) {
  std::vector<TrainingResult> results(requests.size());
  std::vector<int> calls(requests.size(), 0);
  Engine engine({device, 0.7});
  TrainingCallbacks callbacks;
  callbacks.on_result = [&](std::size_t index, const TrainingResult& result) {
    results[index] = result;
    ++calls[index];
  };
  engine.train(requests, callbacks);
  for (int count : calls) EXPECT_EQ(count, 1);
  return results;
}

TrainingResult train_one(const TrainingRequest& request) { return train({request})[0]; }

}  // namespace dlfix::trainer::testing
