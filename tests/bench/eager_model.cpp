#include "tests/bench/eager_model.h"

#include <torch/torch.h>

#include <map>

#include "trainer/spec/attributes.h"
#include "trainer/support/errors.h"

namespace dlfix::bench {
namespace {

using at::Tensor;
using trainer::LayerSpec;
using trainer::Shape;
namespace nn = torch::nn;
namespace F = torch::nn::functional;

using Step = std::function<Tensor(const Tensor&)>;

Step activation_step(const std::string& name) {
  static const std::map<std::string, Step> kSteps{
      {"linear", [](const Tensor& x) { return x; }},
      {"relu", [](const Tensor& x) { return torch::relu(x); }},
      {"sigmoid", [](const Tensor& x) { return torch::sigmoid(x); }},
      {"tanh", [](const Tensor& x) { return torch::tanh(x); }},
      {"softmax", [](const Tensor& x) { return torch::softmax(x, -1); }},
      {"elu", [](const Tensor& x) { return torch::elu(x); }},
      {"selu", [](const Tensor& x) { return torch::selu(x); }},
      {"softplus", [](const Tensor& x) { return F::softplus(x); }},
      {"softsign", [](const Tensor& x) { return F::softsign(x); }},
      {"exponential", [](const Tensor& x) { return torch::exp(x); }},
      {"hard_sigmoid", [](const Tensor& x) { return torch::clamp(x * 0.2 + 0.5, 0, 1); }},
  };
  const auto found = kSteps.find(name);
  if (found == kSteps.end())
    throw support::InputError("the eager loop has no activation '" + name + "'", "leave it out");
  return found->second;
}

// Builds layer by layer; images are kept channels first, as LibTorch likes them.
class Builder {
 public:
  Builder(EagerModel& model, Shape shape) : model_(model), shape_(std::move(shape)) {}

  void add(const LayerSpec& layer) {
    const std::string& name = layer.class_name;
    if (name == "InputLayer") return;
    if (name == "Dense") return add_dense(layer);
    if (name == "Conv2D") return add_convolution(layer);
    if (name == "MaxPooling2D" || name == "AveragePooling2D") return add_pooling(layer);
    if (name == "Flatten") return add_flatten();
    if (name == "Dropout") return add_dropout(layer);
    if (name == "Activation") return add_activation(layer);
    throw support::InputError(describe(layer) + ": the eager loop does not have it",
                              "take another subject");
  }

 private:
  template <class M>
  M own(M module) {
    model_.weights->register_module("m" + std::to_string(count_++), module);
    return module;
  }

  // The last activation is left to the loss where LibTorch has a fused one.
  void add_activation(const LayerSpec& layer) {
    const std::string name = trainer::text_attribute(layer, "activation", "linear");
    model_.ends_in_softmax = name == "softmax";
    model_.ends_in_sigmoid = name == "sigmoid";
    model_.layers.push_back(activation_step(name));
  }

  void add_penalty(const LayerSpec& layer, const Tensor& weight) {
    const auto given = layer.attributes.value("kernel_regularizer", nlohmann::json());
    if (given.is_null()) return;
    const std::string name = given.is_string() ? given.get<std::string>() : "";
    const double otherwise = 0.01;
    EagerModel::Penalty penalty{weight, 0, 0};
    if (given.is_object()) penalty = {weight, given.value("l1", 0.0), given.value("l2", 0.0)};
    if (name.starts_with("l1")) penalty.l1 = otherwise;
    if (name.ends_with("l2")) penalty.l2 = otherwise;
    model_.penalties.push_back(penalty);
  }

  void add_dense(const LayerSpec& layer) {
    const auto units = trainer::integer_attribute(layer, "units");
    auto dense = own(nn::Linear(shape_.back(), units));
    model_.layers.push_back([dense](const Tensor& x) mutable { return dense->forward(x); });
    add_penalty(layer, dense->weight);
    shape_.back() = units;
    add_activation(layer);
  }

  void add_convolution(const LayerSpec& layer) {
    const auto filters = trainer::integer_attribute(layer, "filters");
    const auto size = trainer::sizes_attribute(layer, "kernel_size", 2, {});
    const bool same = trainer::text_attribute(layer, "padding", "valid") == "same";
    auto options = nn::Conv2dOptions(shape_[2], filters, {size[0], size[1]});
    if (same) options.padding({size[0] / 2, size[1] / 2});
    auto convolution = own(nn::Conv2d(options));
    model_.layers.push_back(
        [convolution](const Tensor& x) mutable { return convolution->forward(x); });
    add_penalty(layer, convolution->weight);
    if (!same) shape_ = {shape_[0] - size[0] + 1, shape_[1] - size[1] + 1, filters};
    shape_[2] = filters;
    add_activation(layer);
  }

  void add_pooling(const LayerSpec& layer) {
    const auto size = trainer::sizes_attribute(layer, "pool_size", 2, {2, 2});
    const bool is_max = layer.class_name == "MaxPooling2D";
    model_.layers.push_back([size, is_max](const Tensor& x) {
      return is_max ? torch::max_pool2d(x, {size[0], size[1]})
                    : torch::avg_pool2d(x, {size[0], size[1]});
    });
    shape_ = {shape_[0] / size[0], shape_[1] / size[1], shape_[2]};
  }

  void add_flatten() {
    std::int64_t count = 1;
    for (const std::int64_t size : shape_) count *= size;
    model_.layers.push_back([](const Tensor& x) { return x.flatten(1); });
    shape_ = {count};
  }

  void add_dropout(const LayerSpec& layer) {
    const double rate = layer.attributes.value("rate", 0.5);
    model_.layers.push_back([rate](const Tensor& x) { return torch::dropout(x, rate, true); });
  }

  EagerModel& model_;
  Shape shape_;
  int count_ = 0;
};

}  // namespace

Tensor EagerModel::forward(Tensor x) const {
  for (const auto& layer : layers) x = layer(x);
  return x;
}

Tensor EagerModel::loss_of(const Tensor& output, const Tensor& target) const {
  if (loss == "mean_squared_error") return F::mse_loss(output, target.view_as(output));
  if (loss == "mean_absolute_error") return F::l1_loss(output, target.view_as(output));
  if (loss == "binary_crossentropy") {
    return ends_in_sigmoid
               ? F::binary_cross_entropy_with_logits(output, target.view_as(output))
               : F::binary_cross_entropy(output.clamp(1e-7, 1 - 1e-7), target.view_as(output));
  }
  const Tensor logs = ends_in_softmax ? torch::log_softmax(output, -1)
                                      : torch::log((output / output.sum(-1, true)).clamp(1e-7, 1));
  if (loss == "sparse_categorical_crossentropy") {
    return F::nll_loss(logs, target.view({-1}).to(torch::kLong));
  }
  if (loss == "categorical_crossentropy") return -(target * logs).sum(-1).mean();
  throw support::InputError("the eager loop has no loss '" + loss + "'", "take another subject");
}

Tensor EagerModel::total_loss(const Tensor& output, const Tensor& target) const {
  Tensor total = loss_of(output, target);
  for (const Penalty& penalty : penalties) {
    if (penalty.l1 != 0) total = total + penalty.weight.abs().sum() * penalty.l1;
    if (penalty.l2 != 0) total = total + penalty.weight.square().sum() * penalty.l2;
  }
  return total;
}

EagerModel make_eager_model(const trainer::TrainingRequest& request) {
  EagerModel model;
  model.weights = std::make_shared<nn::Module>();
  model.loss = request.compile.loss;
  Shape shape = request.model.input_shapes.empty() ? Shape{} : request.model.input_shapes[0];
  const auto& array = request.train.inputs.at(0).at(0);
  if (shape.empty()) shape.assign(array.shape.begin() + 1, array.shape.end());
  Builder builder(model, shape);
  for (const LayerSpec& layer : request.model.layers) builder.add(layer);
  const bool fused_softmax =
      model.ends_in_softmax && model.loss.ends_with("categorical_crossentropy");
  const bool fused_sigmoid = model.ends_in_sigmoid && model.loss == "binary_crossentropy";
  model.ends_in_softmax = fused_softmax;
  model.ends_in_sigmoid = fused_sigmoid;
  if (fused_softmax || fused_sigmoid) model.layers.pop_back();
  return model;
}

}  // namespace dlfix::bench
