// BatchNormalization and LayerNormalization over the last axis.
#include <algorithm>

#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

void require_last_axis(const nlohmann::json& attributes, std::size_t rank) {
  const auto found = attributes.find("axis");
  if (found == attributes.end()) return;
  const auto& axis = found->is_array() && found->size() == 1 ? found->at(0) : *found;
  const bool last =
      axis.is_number_integer() && (axis == -1 || axis == static_cast<std::int64_t>(rank));
  if (!last) fail_as_unsupported("axis " + found->dump() + ": only the last axis is supported");
}

WeightSpec fixed_weight(const LayerArgs& args, const std::string& name, Shape shape,
                        const char* otherwise) {
  WeightSpec weight;
  weight.name = name;
  weight.shape = std::move(shape);
  weight.initializer = args.each((name + "_initializer").c_str());
  for (auto& initializer : weight.initializer) {
    if (initializer.is_null()) initializer = otherwise;
  }
  weight.regularizer = args.each((name + "_regularizer").c_str());
  weight.constraint = args.each((name + "_constraint").c_str());
  return weight;
}

class BatchNormalization : public Layer {
 public:
  explicit BatchNormalization(const LayerArgs& args)
      : args_(args),
        momentum_(args.attributes().value("momentum", 0.99)),
        epsilon_(args.attributes().value("epsilon", 1e-3)),
        scales_(args.attributes().value("scale", true)),
        centers_(args.attributes().value("center", true)),
        frozen_(!args.attributes().value("trainable", true)) {}

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    require_last_axis(args_.attributes(), input.size());
    const std::int64_t channels = input.back();
    unbiased_ = args_.profile->unbiased_conv_variance && input.size() >= 3;
    if (scales_) weights_.push_back(fixed_weight(args_, "gamma", {channels}, "ones"));
    if (centers_) weights_.push_back(fixed_weight(args_, "beta", {channels}, "zeros"));
    moving_ = weights_.size();
    weights_.push_back(fixed_weight(args_, "moving_mean", {channels}, "zeros"));
    weights_.push_back(fixed_weight(args_, "moving_variance", {channels}, "ones"));
    weights_[moving_].trainable = weights_[moving_ + 1].trainable = false;
    return input;
  }

  // Batch statistics of masked inputs leave the masked steps out.
  MaskRule mask_rule() const override { return MaskRule::kRefuses; }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    const Tensors& weights = *context.weights;
    const Tensor rows = x.reshape({x.size(0), -1, x.size(-1)});
    Tensor mean = weights[moving_].unsqueeze(1);
    Tensor variance = weights[moving_ + 1].unsqueeze(1);
    Tensor centered;
    if (context.training && !frozen_) {
      mean = rows.mean(1, true);
      centered = rows - mean;
      variance = (centered * centered).mean(1, true);
      update_moving(weights, mean, variance, rows.size(1));
    } else {
      centered = rows - mean;
    }
    Tensor y = centered * at::rsqrt(variance + epsilon_);
    std::size_t next = 0;
    if (scales_) y = y * weights[next++].unsqueeze(1);
    if (centers_) y = y + weights[next].unsqueeze(1);
    return {y.view(x.sizes()), {}, {}};
  }

 private:
  void update_moving(const Tensors& weights, const Tensor& mean, const Tensor& variance,
                     std::int64_t count) const {
    at::NoGradGuard no_gradient;
    Tensor measured = variance.detach().squeeze(1);
    if (unbiased_ && count > 1) measured = measured * (double(count) / double(count - 1));
    weights[moving_].mul_(momentum_).add_(mean.detach().squeeze(1) * (1 - momentum_));
    weights[moving_ + 1].mul_(momentum_).add_(measured * (1 - momentum_));
  }

  LayerArgs args_;
  double momentum_;
  double epsilon_;
  bool scales_;
  bool centers_;
  bool frozen_;
  bool unbiased_ = false;
  std::size_t moving_ = 0;
};

// Over the last axis, or several of them (then with a weight for each of their cells).
class LayerNormalization : public Layer {
 public:
  explicit LayerNormalization(const LayerArgs& args)
      : args_(args),
        epsilon_(args.attributes().value("epsilon", 1e-3)),
        scales_(args.attributes().value("scale", true)),
        centers_(args.attributes().value("center", true)) {}

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    const std::int64_t axes = trailing_axes(input.size());
    Shape own(input.end() - axes, input.end());
    cells_ = element_count(own);
    if (scales_) weights_.push_back(fixed_weight(args_, "gamma", own, "ones"));
    if (centers_) weights_.push_back(fixed_weight(args_, "beta", own, "zeros"));
    return input;
  }

  MaskRule mask_rule() const override { return MaskRule::kPasses; }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    const Tensor rows = x.reshape({x.size(0), -1, cells_});
    const Tensor centered = rows - rows.mean(-1, true);
    const Tensor variance = (centered * centered).mean(-1, true);
    Tensor y = centered * at::rsqrt(variance + epsilon_);
    std::size_t next = 0;
    const auto weight = [&] { return (*context.weights)[next++].reshape({x.size(0), 1, cells_}); };
    if (scales_) y = y * weight();
    if (centers_) y = y + weight();
    return {y.view(x.sizes()), {}, {}};
  }

 private:
  std::int64_t trailing_axes(std::size_t dimensions) const {
    auto axes = args_.attributes().value("axis", nlohmann::json(-1));
    if (!axes.is_array()) axes = nlohmann::json::array({axes});
    const auto rank = static_cast<std::int64_t>(dimensions) + 1;
    std::vector<std::int64_t> places;
    for (const auto& axis : axes) {
      const auto given = axis.get<std::int64_t>();
      places.push_back(given < 0 ? given + rank : given);
    }
    std::sort(places.begin(), places.end());
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] < 1 || places[i] != rank - static_cast<std::int64_t>(places.size() - i)) {
        fail_as_unsupported("axis " + axes.dump() + ": only the last axes are supported");
      }
    }
    return static_cast<std::int64_t>(places.size());
  }

  LayerArgs args_;
  double epsilon_;
  bool scales_;
  bool centers_;
  std::int64_t cells_ = 0;
};

}  // namespace

void add_normalization_layers(LayerTable& table) {
  table["BatchNormalization"] = layer_type<BatchNormalization>();
  table["LayerNormalization"] = layer_type<LayerNormalization>();
}

}  // namespace dlfix::trainer
