#include "eval/localisers/neuralint/lint_model.h"

#include <algorithm>
#include <set>

#include "eval/localisers/model_outline.h"
#include "eval/localisers/written_value.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using Numbers = std::vector<std::int64_t>;
using trainer::LayerSpec;

const std::set<std::string>& known_losses() {
  static const std::set<std::string> kLosses{"hinge",
                                             "huber_loss",
                                             "mean_squared_error",
                                             "mean_absolute_error",
                                             "binary_crossentropy",
                                             "categorical_crossentropy",
                                             "sparse_categorical_crossentropy"};
  return kLosses;
}

int dimensions_of(const std::string& name) {
  for (int d = 1; d <= 3; ++d) {
    if (name.ends_with(std::to_string(d) + "D")) return d;
  }
  return 0;
}

LintKind kind_of(const std::string& name) {
  const auto is = [&](const char* base) {
    return name.starts_with(base) && name.size() == std::string(base).size() + 2 &&
           dimensions_of(name) > 0;
  };
  if (is("Conv")) return LintKind::kConv;
  if (is("MaxPooling")) return LintKind::kMaxPool;
  if (is("AveragePooling")) return LintKind::kAveragePool;
  if (name == "BatchNormalization") return LintKind::kBatchNorm;
  if (name == "Flatten") return LintKind::kFlatten;
  if (name == "Reshape") return LintKind::kReshape;
  if (name == "Dense") return LintKind::kDense;
  if (name == "Dropout") return LintKind::kDropout;
  return LintKind::kOther;
}

Numbers numbers_of(const json& value, int count) {
  Numbers numbers;
  if (value.is_number_integer()) numbers.assign(static_cast<std::size_t>(count), value.get<int>());
  if (value.is_array()) {
    for (const json& element : value) {
      if (element.is_number_integer()) numbers.push_back(element.get<std::int64_t>());
    }
  }
  return numbers;
}

std::string initializer_name(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_object() ? value.value("class", "") : "";
}

class Reader {
 public:
  Reader(const mapping::Program& program, const std::map<std::string, std::string>& sources,
         ToolReading reading)
      : program_(program), sources_(sources), mended_(reading == ToolReading::kMended) {}

  LintModel read() {
    read_learner();
    if (!program_.model.input_shapes.empty()) {
      shape_ = {program_.fit.batch_size};
      const auto& first = program_.model.input_shapes[0];
      shape_.insert(shape_.end(), first.begin(), first.end());
    }
    const auto& layers = program_.model.layers;
    for (std::size_t i = 0; i < layers.size(); ++i) add_layer(layers[i], static_cast<int>(i));
    check_applicability();
    return std::move(model_);
  }

 private:
  void read_learner() {
    model_.loss = program_.compile.loss;
    if (model_.loss == "huber") model_.loss = "huber_loss";
    model_.from_logits = program_.compile.loss_options.value("from_logits", false);
    if (!program_.y || program_.y->data.shape.empty()) return;
    const auto& shape = program_.y->data.shape;
    model_.label_width = shape.size() > 1 ? shape[1] : 1;
  }

  void add_layer(const LayerSpec& layer, int index) {
    LintNode node;
    const std::string activation = pure_activation(layer);
    node.kind = activation.empty() ? kind_of(layer.class_name) : LintKind::kActivator;
    node.layer = index;
    if (layer.class_name == "InputLayer") return;
    if (node.kind == LintKind::kOther && !mended_) return;
    node.dimensions = dimensions_of(layer.class_name);
    node.in = shape_;
    if (node.kind == LintKind::kActivator) read_activator(layer, activation, node);
    if (node.learns()) read_weights(layer, node);
    if (node.kind == LintKind::kMaxPool || node.kind == LintKind::kAveragePool) {
      node.kernel = numbers_of(layer.attributes.value("pool_size", json()), node.dimensions);
    }
    node.out = output_shape(layer, node);
    shape_ = node.out;
    model_.nodes.push_back(node);
    if (node.learns()) add_activator(layer, index);
  }

  void read_activator(const LayerSpec& layer, const std::string& activation, LintNode& node) const {
    // The published tool knows the class Softmax as "Softmax", which is not "softmax".
    const bool has_class_of_its_own = layer.class_name != "Activation";
    node.activation = has_class_of_its_own && !mended_ ? layer.class_name : activation;
    node.nonlinear = !(mended_ && node.activation == "linear");
  }

  void read_weights(const LayerSpec& layer, LintNode& node) const {
    const bool conv = node.kind == LintKind::kConv;
    const json size = layer.attributes.value(conv ? "filters" : "units", json());
    node.size = size.is_number_integer() ? size.get<std::int64_t>() : 0;
    if (conv) {
      node.kernel = numbers_of(layer.attributes.value("kernel_size", json()), node.dimensions);
    }
    node.has_weights = true;
    node.has_bias = layer.attributes.value("use_bias", true);
    node.kernel_initializer =
        initializer_name(layer.attributes.value("kernel_initializer", json("glorot_uniform")));
    node.bias = initializer_name(layer.attributes.value("bias_initializer", json("zeros")));
    if (mended_) {
      node.constant_kernel = is_constant(node.kernel_initializer);
      node.zero_bias = node.bias == "zeros";
      return;
    }
    // Objects are "None" to the published tool: never constant, and never zeros.
    const auto kernel = written_value(program_, sources_, node.layer, "kernel_initializer");
    node.constant_kernel = kernel && !kernel->is_call && is_constant(kernel->name());
    const auto bias = written_value(program_, sources_, node.layer, "bias_initializer");
    node.zero_bias = !bias || (!bias->is_call && bias->name() == "zeros");
  }

  static bool is_constant(const std::string& initializer) {
    return initializer == "zeros" || initializer == "ones" || initializer == "constant";
  }

  // Conv and Dense with an activation have a node more.
  void add_activator(const LayerSpec& layer, int index) {
    std::string name = layer.attributes.value("activation", std::string("linear"));
    if (name == "linear") {
      // `linear` that the program writes out counts as an activation; None does not.
      const auto written = written_value(program_, sources_, index, "activation");
      const bool counts = !mended_ && written && written->name() == "linear";
      if (!counts) return;
    }
    LintNode node;
    node.kind = LintKind::kActivator;
    node.activation = name;
    node.nonlinear = true;
    node.in = node.out = shape_;
    node.layer = index;
    model_.nodes.push_back(std::move(node));
  }

  Numbers output_shape(const LayerSpec& layer, const LintNode& node) const {
    const Numbers& in = node.in;
    if (in.empty()) return {};
    switch (node.kind) {
      case LintKind::kDense:
        return {in[0], node.size};
      case LintKind::kFlatten: {
        std::int64_t product = 1;
        for (std::size_t i = 1; i < in.size(); ++i) product *= in[i];
        return {in[0], product};
      }
      case LintKind::kConv:
      case LintKind::kMaxPool:
      case LintKind::kAveragePool:
        return spatial_shape(layer, node);
      case LintKind::kReshape: {
        Numbers shape = numbers_of(layer.attributes.value("target_shape", json()), 1);
        shape.insert(shape.begin(), in[0]);
        return shape;
      }
      case LintKind::kOther:
        return {};
      default:
        return in;
    }
  }

  static Numbers spatial_shape(const LayerSpec& layer, const LintNode& node) {
    const bool conv = node.kind == LintKind::kConv;
    const auto d = static_cast<std::size_t>(node.dimensions);
    if (node.in.size() != d + 2 || node.kernel.size() < d) return {};
    const json given = layer.attributes.value("strides", json());
    Numbers strides = numbers_of(given, node.dimensions);
    if (strides.size() < d) strides = conv ? Numbers(d, 1) : node.kernel;
    const bool same = layer.attributes.value("padding", std::string("valid")) != "valid";
    Numbers out{node.in[0]};
    for (std::size_t i = 0; i < d; ++i) {
      const std::int64_t s = node.in[i + 1];
      const std::int64_t stride = std::max<std::int64_t>(strides[i], 1);
      const std::int64_t room = same ? s - 1 : s - node.kernel[i];
      // Truncated toward zero at the end, after the 1 is added.
      out.push_back((room + stride) / stride);
    }
    out.push_back(conv ? node.size : node.in.back());
    return out;
  }

  void check_applicability() {
    const auto no = [&](const std::string& why) { model_.not_applicable.push_back(why); };
    if (program_.model_kind != "sequential") no("the model is not Sequential");
    const json sites = program_.document.value("layer_sites", json::array());
    for (const json& site : sites) {
      if (site.value("form", "") == "list") {
        no("the layers are given as a list");
        break;
      }
    }
    if (program_.model.layers.size() == 1) no("the model has a single layer");
    const auto loss = written_value(program_, sources_, std::nullopt, "loss");
    if (loss && (loss->is_call || !known_losses().contains(loss->text))) {
      no("the loss is not one of the seven names that it knows");
    }
  }

  const mapping::Program& program_;
  const std::map<std::string, std::string>& sources_;
  bool mended_;
  LintModel model_;
  Numbers shape_;
};

}  // namespace

LintModel make_lint_model(const mapping::Program& program,
                          const std::map<std::string, std::string>& sources, ToolReading reading) {
  return Reader(program, sources, reading).read();
}

}  // namespace dlfix::eval
