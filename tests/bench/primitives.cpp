#include "tests/bench/primitives.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "trainer/spec/attributes.h"
#include "trainer/spec/shapes.h"

namespace dlfix::bench {
namespace {

using at::Tensor;
using trainer::Shape;

constexpr int kRepeats = 5;
constexpr double kGiga = 1e9;

double seconds_of(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The best of a few runs after one to warm up.
double best_seconds(const std::function<void()>& action) {
  action();
  double best = seconds_of(action);
  for (int i = 1; i < kRepeats; ++i) best = std::min(best, seconds_of(action));
  return best;
}

PrimitiveRate matrix_product(std::int64_t rows, std::int64_t in, std::int64_t out, bool first) {
  const Tensor x = at::rand({rows, in});
  const Tensor w = at::rand({in, out});
  const Tensor g = at::rand({rows, out});
  const double seconds = best_seconds([&] {
    at::mm(x, w);
    at::mm(x.t(), g);
    if (!first) at::mm(g, w.t());
  });
  const double products = first ? 2 : 3;
  return {seconds, 2 * products * double(rows) * double(in) * double(out) / kGiga};
}

// The faster of both memory formats.
PrimitiveRate convolution(const trainer::LayerSpec& layer, const Shape& input, const Shape& output,
                          std::int64_t batch, bool first) {
  const auto size = trainer::sizes_attribute(layer, "kernel_size", 2, {});
  const auto strides = trainer::sizes_attribute(layer, "strides", 2, {1, 1});
  const bool same = trainer::text_attribute(layer, "padding", "valid") == "same";
  const std::vector<std::int64_t> padding =
      same ? std::vector<std::int64_t>{size[0] / 2, size[1] / 2} : std::vector<std::int64_t>{0, 0};
  double best = 0;
  for (const auto format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast}) {
    const Tensor x = at::rand({batch, input[2], input[0], input[1]}).contiguous(format);
    const Tensor w = at::rand({output[2], input[2], size[0], size[1]}).contiguous(format);
    const Tensor y = at::conv2d(x, w, {}, strides, padding);
    const Tensor g = at::rand_like(y);
    const double seconds = best_seconds([&] {
      at::conv2d(x, w, {}, strides, padding);
      at::convolution_backward(g, x, w, at::OptionalIntArrayRef(), strides, padding, {1, 1}, false,
                               {0, 0}, 1, {!first, true, false});
    });
    best = best == 0 ? seconds : std::min(best, seconds);
  }
  const double products = first ? 2 : 3;
  const double positions = double(batch * output[0] * output[1]);
  return {best,
          2 * products * positions * double(output[2] * input[2] * size[0] * size[1]) / kGiga};
}

}  // namespace

PrimitiveRate measure_primitives(const trainer::ModelSpec& model, const Shape& row,
                                 std::int64_t batch) {
  at::NoGradGuard no_gradient;
  PrimitiveRate total;
  Shape shape = row;
  bool first = true;
  for (const trainer::LayerSpec& layer : model.layers) {
    const Shape inputs[] = {shape};
    const Shape output = *trainer::output_shape(layer, inputs).shape;
    PrimitiveRate own;
    if (layer.class_name == "Conv2D") own = convolution(layer, shape, output, batch, first);
    if (layer.class_name == "Dense")
      own = matrix_product(batch, shape.back(), output.back(), first);
    first = first && own.gflop == 0;
    total.seconds += own.seconds;
    total.gflop += own.gflop;
    shape = output;
  }
  return total;
}

double measure_sgemm(std::int64_t size) {
  const PrimitiveRate rate = matrix_product(size, size, size, false);
  return rate.gflop / rate.seconds;
}

double measure_copy() {
  const Tensor from = at::rand({32 << 20});
  Tensor to = at::empty_like(from);
  const double seconds = best_seconds([&] { to.copy_(from); });
  return 2.0 * double(from.numel()) * sizeof(float) / seconds / kGiga;
}

}  // namespace dlfix::bench
