// GaussianNoise, GaussianDropout and AlphaDropout: noise in training, from each replica's own
// stream.
#include <cmath>

#include "trainer/torch/failure.h"
#include "trainer/torch/layers/dropout_mask.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/philox.h"

namespace dlfix::trainer {
namespace {

// [R, rows, shape...] of standard normals times each replica's deviation.
Tensor normal_noise(const std::vector<double>& deviations, std::int64_t rows, const Shape& shape,
                    const CallContext& context) {
  const auto replicas = static_cast<std::int64_t>(deviations.size());
  Tensor noise = at::empty(with_leading({replicas, rows}, shape), at::kFloat);
  const std::int64_t count = rows * element_count(shape);
  for (std::int64_t r = 0; r < replicas; ++r) {
    PhiloxStream words((*context.seeds)[r], RandomPurpose::kNoise, context.stream, context.step);
    float* own = noise.data_ptr<float>() + r * count;
    for (std::int64_t i = 0; i < count; ++i) {
      own[i] = static_cast<float>(deviations[r] * words.next_normal());
    }
  }
  return noise;
}

class GaussianNoise : public Layer {
 public:
  explicit GaussianNoise(const LayerArgs& args) {
    for (const auto& deviation : args.each("stddev")) {
      if (!deviation.is_number() || deviation.get<double>() < 0) {
        fail_as_crash("stddev must be a number from 0, not " + deviation.dump());
      }
      deviations_.push_back(deviation.get<double>());
    }
  }
  Shape build(const std::vector<Shape>& inputs) override { return shape_ = inputs.at(0); }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    if (!context.training) return {x, {}, {}};
    return {x + normal_noise(deviations_, x.size(1), shape_, context).to(x.device()), {}, {}};
  }

 private:
  std::vector<double> deviations_;
  Shape shape_;
};

class GaussianDropout : public Layer {
 public:
  explicit GaussianDropout(const LayerArgs& args) {
    for (double rate : dropout_rates(args.each("rate"), *args.profile)) {
      if (rate >= 1) fail_as_unsupported("GaussianDropout with a rate of 1 is not supported");
      deviations_.push_back(std::sqrt(rate / (1 - rate)));
    }
  }
  Shape build(const std::vector<Shape>& inputs) override { return shape_ = inputs.at(0); }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    if (!context.training) return {x, {}, {}};
    const Tensor noise = normal_noise(deviations_, x.size(1), shape_, context);
    return {x * (noise.to(x.device()) + 1), {}, {}};
  }

 private:
  std::vector<double> deviations_;
  Shape shape_;
};

// Dropped units become the value at which SELU saturates; mean and variance stay 0 and 1.
// Source: Klambauer et al., Self-Normalizing Neural Networks, 2017.
class AlphaDropout : public Layer {
 public:
  explicit AlphaDropout(const LayerArgs& args)
      : rates_(dropout_rates(args.each("rate"), *args.profile)) {
    std::vector<double> scale;
    std::vector<double> shift;
    for (double rate : rates_) {
      const double a = 1 / std::sqrt((1 - rate) * (1 + rate * kSaturated * kSaturated));
      scale.push_back(a);
      shift.push_back(-a * kSaturated * rate);
    }
    scale_ = float_tensor(scale, at::Device(at::kCPU));
    shift_ = float_tensor(shift, at::Device(at::kCPU));
  }
  Shape build(const std::vector<Shape>& inputs) override { return shape_ = inputs.at(0); }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    if (!context.training) return {x, {}, {}};
    const Tensor mask = dropout_mask(rates_, x.size(1), shape_, context, context.stream);
    const Tensor kept = (mask != 0).to(x.device());
    const Tensor dropped = at::where(kept, x, at::full({}, kSaturated, x.options()));
    const auto column = [&](const Tensor& numbers) {
      return per_replica(numbers.to(x.device()), x);
    };
    return {dropped * column(scale_) + column(shift_), {}, {}};
  }

 private:
  static constexpr double kSaturated = -1.6732632423543772 * 1.0507009873554805;
  std::vector<double> rates_;
  Tensor scale_, shift_;
  Shape shape_;
};

}  // namespace

void add_noise_layers(LayerTable& table) {
  table["GaussianNoise"] = layer_type<GaussianNoise>({"stddev"});
  table["GaussianDropout"] = layer_type<GaussianDropout>({"rate"});
  table["AlphaDropout"] = layer_type<AlphaDropout>({"rate"});
}

}  // namespace dlfix::trainer
