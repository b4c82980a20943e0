// Activation layers.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class ActivationLayer : public Layer {
 public:
  explicit ActivationLayer(const LayerArgs& args) : activations_(args.activations()) {}
  Shape build(const std::vector<Shape>& inputs) override { return inputs.at(0); }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    return activations_.apply(inputs[0]);
  }

 private:
  Activations activations_;
};

class SoftmaxLayer : public Layer {
 public:
  explicit SoftmaxLayer(const LayerArgs& args)
      : axis_(args.attributes().value("axis", -1)),
        activations_(std::vector<std::string>(args.specs.size(), "softmax"), *args.profile) {}
  Shape build(const std::vector<Shape>& inputs) override {
    const auto rank = static_cast<std::int64_t>(inputs.at(0).size()) + 1;
    if (axis_ == rank - 1) axis_ = -1;
    if (axis_ >= rank || axis_ < -rank || axis_ == 0) fail_as_crash("Softmax axis is out of range");
    return inputs.at(0);
  }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    if (axis_ == -1) return activations_.apply({inputs[0].tensor, {}, {}});
    return {at::softmax(inputs[0].tensor, axis_ < 0 ? axis_ : axis_ + 1), {}, {}};
  }

 private:
  std::int64_t axis_;
  Activations activations_;
};

// max(x, 0), with a slope below the threshold and a ceiling; LeakyReLU is ReLU with a slope.
class Rectifier : public Layer {
 public:
  explicit Rectifier(const LayerArgs& args) {
    const auto& attributes = args.attributes();
    const double otherwise = args.specs[0]->class_name == "LeakyReLU" ? 0.3 : 0.0;
    slope_ = attributes.value("negative_slope", attributes.value("alpha", otherwise));
    threshold_ = attributes.value("threshold", 0.0);
    const auto ceiling = attributes.find("max_value");
    if (ceiling != attributes.end() && ceiling->is_number()) ceiling_ = ceiling->get<double>();
  }
  Shape build(const std::vector<Shape>& inputs) override { return inputs.at(0); }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    Tensor y = at::where(x > threshold_, x, (x - threshold_) * slope_);
    if (ceiling_) y = at::clamp_max(y, *ceiling_);
    return {y, {}, {}};
  }

 private:
  double slope_ = 0;
  double threshold_ = 0;
  std::optional<double> ceiling_;
};

class EluLayer : public Layer {
 public:
  explicit EluLayer(const LayerArgs& args) : alpha_(args.attributes().value("alpha", 1.0)) {}
  Shape build(const std::vector<Shape>& inputs) override { return inputs.at(0); }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    return {at::where(x > 0, x, at::expm1(at::clamp_max(x, 0)) * alpha_), {}, {}};
  }

 private:
  double alpha_;
};

}  // namespace

void add_activation_layers(LayerTable& table) {
  table["Activation"] = layer_type<ActivationLayer>({"activation", "activity_regularizer"});
  table["Softmax"] = layer_type<SoftmaxLayer>();
  table["ReLU"] = layer_type<Rectifier>();
  table["LeakyReLU"] = layer_type<Rectifier>();
  table["ELU"] = layer_type<EluLayer>();
}

}  // namespace dlfix::trainer
