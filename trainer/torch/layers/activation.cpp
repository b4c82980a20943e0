// Activation layers.
#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class ActivationLayer : public Layer, public ExplicitLayer {
 public:
  explicit ActivationLayer(const LayerArgs& args) : activations_(args.activations()) {}
  Shape build(const std::vector<Shape>& inputs) override { return inputs.at(0); }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    return activations_.apply(inputs[0]);
  }

  const Activations* activation() const override { return &activations_; }
  bool is_activation() const override { return true; }
  Tensor forward(const Tensor& x, const CallContext&, Tape&) const override { return x; }
  Tensor backward(const Tensor& dy, const CallContext&, const Tape&, const Tensors&,
                  bool) const override {
    return dy;
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
    const bool is_threshold = args.specs[0]->class_name == "ThresholdedReLU";
    threshold_ = is_threshold ? attributes.value("theta", 1.0) : attributes.value("threshold", 0.0);
    const auto ceiling = attributes.find("max_value");
    if (ceiling != attributes.end() && ceiling->is_number()) ceiling_ = ceiling->get<double>();
  }
  Shape build(const std::vector<Shape>& inputs) override { return inputs.at(0); }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
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
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    return {at::where(x > 0, x, at::expm1(at::clamp_max(x, 0)) * alpha_), {}, {}};
  }

 private:
  double alpha_;
};

// A slope below zero for each unit, learnt.
class ParametricRelu : public Layer {
 public:
  explicit ParametricRelu(const LayerArgs& args) : args_(args) {}
  Shape build(const std::vector<Shape>& inputs) override {
    Shape shape = inputs.at(0);
    const auto shared = args_.attributes().value("shared_axes", nlohmann::json());
    for (const auto& given : shared.is_array() ? shared : nlohmann::json::array()) {
      const auto rank = static_cast<std::int64_t>(shape.size());
      const auto axis = given.get<std::int64_t>();
      if (axis < 1 || axis > rank) fail_as_crash("PReLU: shared_axes is out of range");
      shape[static_cast<std::size_t>(axis - 1)] = 1;
    }
    WeightSpec alpha = weight_spec(args_, "alpha", shape);
    for (auto& initializer : alpha.initializer) {
      if (initializer.is_null()) initializer = "zeros";
    }
    weights_.push_back(std::move(alpha));
    return inputs.at(0);
  }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    const Tensor slope = (*context.weights)[0].unsqueeze(1);
    return {keras_relu(x) - slope * keras_relu(-x), {}, {}};
  }

 private:
  LayerArgs args_;
};

class Rescaling : public Layer {
 public:
  explicit Rescaling(const LayerArgs& args)
      : scale_(args.attributes().at("scale").get<double>()),
        offset_(args.attributes().value("offset", 0.0)) {}
  Shape build(const std::vector<Shape>& inputs) override { return inputs.at(0); }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    return {inputs[0].tensor * scale_ + offset_, {}, {}};
  }

 private:
  double scale_;
  double offset_;
};

// Its penalty is the network's business.
class Identity : public Layer {
 public:
  explicit Identity(const LayerArgs&) {}
  Shape build(const std::vector<Shape>& inputs) override { return inputs.at(0); }
  MaskRule mask_rule() const override { return MaskRule::kPasses; }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    return inputs[0];
  }
};

}  // namespace

void add_activation_layers(LayerTable& table) {
  table["Activation"] = layer_type<ActivationLayer>({"activation", "activity_regularizer"});
  table["Softmax"] = layer_type<SoftmaxLayer>();
  table["ReLU"] = layer_type<Rectifier>();
  table["ThresholdedReLU"] = layer_type<Rectifier>();
  table["LeakyReLU"] = layer_type<Rectifier>();
  table["ELU"] = layer_type<EluLayer>();
  table["PReLU"] = layer_type<ParametricRelu>({"alpha_initializer", "alpha_regularizer"});
  table["Rescaling"] = layer_type<Rescaling>();
  table["ActivityRegularization"] = layer_type<Identity>();
}

}  // namespace dlfix::trainer
