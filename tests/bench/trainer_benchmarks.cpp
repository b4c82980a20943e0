// Microbenchmarks on data made here: many trainings of one shape, ours in one batch and the plain
// loop one by one. `items_per_second` counts trainings.
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "tests/bench/eager_training.h"
#include "trainer/support/hash.h"
#include "trainer/support/npy.h"
#include "trainer/torch/engine.h"

namespace {

using namespace dlfix;
using nlohmann::json;
using trainer::LayerSpec;
using trainer::TrainingRequest;

trainer::ArrayRef random_array(const std::string& name, const trainer::Shape& shape) {
  std::size_t count = 1;
  for (const auto size : shape) count *= static_cast<std::size_t>(size);
  std::vector<float> values(count);
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (float& value : values) value = uniform(random);
  const auto folder =
      std::filesystem::temp_directory_path() / ("dlfix-bench-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / (name + ".npy")).string();
  support::write_npy(path, shape, "float32", values.data());
  return {path, shape, "float32", support::sha256_file(path)};
}

LayerSpec layer(const std::string& class_name, json attributes) {
  LayerSpec spec;
  spec.class_name = class_name;
  spec.attributes = std::move(attributes);
  return spec;
}

TrainingRequest request_of(const std::string& name, std::vector<LayerSpec> layers,
                           const trainer::Shape& input, std::int64_t rows) {
  TrainingRequest request;
  trainer::NodeRef before{-1, 0};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].inbound = {{before}};
    before = {static_cast<std::int64_t>(i), 0};
  }
  request.model.layers = std::move(layers);
  request.model.input_shapes = {input};
  request.model.inputs = {{-1, 0}};
  request.model.outputs = {before};
  trainer::Shape x = input;
  x.insert(x.begin(), rows);
  request.train.inputs = {{random_array(name + "-x", x)}};
  request.train.labels = {random_array(name + "-y", {rows, 4})};
  request.compile.loss = "mean_squared_error";
  request.compile.optimizer.name = "adam";
  request.metric = "loss";
  return request;
}

TrainingRequest tiny_dense() {
  return request_of("dense",
                    {layer("Dense", {{"units", 8}, {"activation", "relu"}}),
                     layer("Dense", {{"units", 4}, {"activation", "linear"}})},
                    {4}, 640);
}

TrainingRequest wide_dense() {
  return request_of("wide",
                    {layer("Dense", {{"units", 256}, {"activation", "relu"}}),
                     layer("Dense", {{"units", 4}, {"activation", "linear"}})},
                    {2000}, 320);
}

TrainingRequest small_images() {
  return request_of(
      "images",
      {layer("Conv2D", {{"filters", 16}, {"kernel_size", {3, 3}}, {"activation", "relu"}}),
       layer("MaxPooling2D", {{"pool_size", {2, 2}}}), layer("Flatten", json::object()),
       layer("Dense", {{"units", 4}, {"activation", "linear"}})},
      {16, 16, 3}, 320);
}

void fused(benchmark::State& state, const TrainingRequest& request) {
  trainer::Engine engine({"cpu", 0.7});
  std::vector<TrainingRequest> requests(static_cast<std::size_t>(state.range(0)), request);
  for (std::size_t i = 0; i < requests.size(); ++i) requests[i].seed = i + 1;
  for (auto _ : state) engine.train(requests, {});
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void eager(benchmark::State& state, const TrainingRequest& request) {
  at::set_num_threads(1);
  for (auto _ : state) {
    state.PauseTiming();
    bench::EagerTraining training(request);
    state.ResumeTiming();
    benchmark::DoNotOptimize(training.fit());
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(eager, tiny_dense, tiny_dense())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fused, tiny_dense, tiny_dense())
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(eager, wide_dense, wide_dense())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fused, wide_dense, wide_dense())->Arg(1)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(eager, small_images, small_images())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fused, small_images, small_images())
    ->Arg(1)
    ->Arg(10)
    ->Unit(benchmark::kMillisecond);

}  // namespace
