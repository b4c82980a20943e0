#include "trainer/spec/work.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "trainer/spec/attributes.h"
#include "trainer/spec/shapes.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

constexpr double kFlopPerMultiplyAdd = 6;  // forward 2, backward 4
constexpr double kFlopPerParameter = 12;   // one optimiser update
constexpr double kStepOverhead = 2e6;
constexpr double kGiga = 1e9;

/// Dimensions that are not known count as 1.
double known(std::int64_t size) { return static_cast<double>(size < 0 ? 1 : size); }

double product(const Shape& shape) {
  double result = 1;
  for (const std::int64_t size : shape) result *= known(size);
  return result;
}

struct Call {
  const LayerSpec& layer;
  const Shape& input;
  const Shape& output;
};
using Rule = ModelSize (*)(const Call&);

double bias(const LayerSpec& layer, double size) {
  return truth_attribute(layer, "use_bias", true) ? size : 0;
}

ModelSize dense(const Call& call) {
  const double in = call.input.empty() ? 0 : known(call.input.back());
  const double units = known(integer_attribute(call.layer, "units"));
  return {in * units + bias(call.layer, units), in * product(call.output)};
}

struct Convolution {
  double depth, kernel, positions;
};

Convolution convolution_of(const Call& call) {
  const std::size_t rank = call.input.size() - 1;
  const bool first = text_attribute(call.layer, "data_format", "channels_last") == "channels_first";
  const double filters = known(first ? call.output.front() : call.output.back());
  double kernel = 1;
  for (const std::int64_t size : sizes_attribute(call.layer, "kernel_size", rank, {})) {
    kernel *= known(size);
  }
  return {known(first ? call.input.front() : call.input.back()), kernel,
          filters > 0 ? product(call.output) / filters : 0};
}

ModelSize convolution(const Call& call) {
  const Convolution at = convolution_of(call);
  const double filters = known(integer_attribute(call.layer, "filters"));
  const double groups =
      known(std::max<std::int64_t>(integer_attribute(call.layer, "groups", 1), 1));
  const double weights = at.kernel * at.depth / groups * filters;
  return {weights + bias(call.layer, filters), weights * at.positions};
}

ModelSize transposed_convolution(const Call& call) {
  const Convolution at = convolution_of(call);
  const double filters = known(integer_attribute(call.layer, "filters"));
  const double weights = at.kernel * at.depth * filters;
  return {weights + bias(call.layer, filters), weights * product(call.input) / at.depth};
}

ModelSize separable_convolution(const Call& call) {
  const Convolution at = convolution_of(call);
  const double filters = known(integer_attribute(call.layer, "filters"));
  const double middle = at.depth * known(integer_attribute(call.layer, "depth_multiplier", 1));
  const double weights = at.kernel * middle + middle * filters;
  return {weights + bias(call.layer, filters), weights * at.positions};
}

ModelSize depthwise_convolution(const Call& call) {
  const Convolution at = convolution_of(call);
  const double middle = at.depth * known(integer_attribute(call.layer, "depth_multiplier", 1));
  const double weights = at.kernel * middle;
  return {weights + bias(call.layer, middle), weights * at.positions};
}

ModelSize recurrent(const Call& call) {
  const std::string_view name = call.layer.class_name;
  const double gates = name.ends_with("LSTM") ? 4 : name.ends_with("GRU") ? 3 : 1;
  const double in = known(call.input.back());
  const double units = known(integer_attribute(call.layer, "units"));
  const double weights = gates * units * (in + units);
  // reset_after (GRU) keeps the biases of both products.
  const bool two = gates == 3 && truth_attribute(call.layer, "reset_after", true);
  return {weights + bias(call.layer, gates * units * (two ? 2 : 1)),
          weights * known(call.input.front())};
}

ModelSize embedding(const Call& call) {
  return {known(integer_attribute(call.layer, "input_dim")) *
              known(integer_attribute(call.layer, "output_dim")),
          0};
}

/// Normalised dimensions: `axis` (one or several, counted with the batch), -1 by default.
double normalised_size(const Call& call) {
  nlohmann::json axes = call.layer.attributes.value("axis", nlohmann::json(-1));
  if (!axes.is_array()) axes = nlohmann::json::array({axes});
  const auto rank = static_cast<std::int64_t>(call.input.size());
  double size = 1;
  for (const nlohmann::json& axis : axes) {
    if (!axis.is_number_integer()) continue;
    const std::int64_t place =
        axis < 0 ? axis.get<std::int64_t>() + rank : axis.get<std::int64_t>() - 1;
    if (place >= 0 && place < rank) size *= known(call.input[static_cast<std::size_t>(place)]);
  }
  return size;
}

ModelSize normalisation(const Call& call) {
  const double size = normalised_size(call);
  const int weights = (truth_attribute(call.layer, "scale", true) ? 1 : 0) +
                      (truth_attribute(call.layer, "center", true) ? 1 : 0);
  return {size * weights, 0};
}

ModelSize parametric_relu(const Call& call) {
  Shape shape = call.input;
  const nlohmann::json shared = call.layer.attributes.value("shared_axes", nlohmann::json());
  for (std::size_t i = 0; shared.is_array() && i < shape.size(); ++i) {
    const auto axis = static_cast<std::int64_t>(i + 1);
    for (const nlohmann::json& entry : shared) {
      if (entry == axis) shape[i] = 1;
    }
  }
  return {product(shape), 0};
}

ModelSize size_of(const Call& call);

ModelSize bidirectional(const Call& call) {
  const ModelSize one = size_of({wrapped_layer(call.layer), call.input, call.output});
  return {2 * one.parameters, 2 * one.multiply_adds};
}

ModelSize time_distributed(const Call& call) {
  if (call.input.empty() || call.output.empty()) return {};
  const Shape input(call.input.begin() + 1, call.input.end());
  const Shape output(call.output.begin() + 1, call.output.end());
  const ModelSize step = size_of({wrapped_layer(call.layer), input, output});
  return {step.parameters, step.multiply_adds * known(call.input.front())};
}

const std::map<std::string_view, Rule>& rules() {
  static const std::map<std::string_view, Rule> kRules{{"Dense", dense},
                                                       {"Conv1D", convolution},
                                                       {"Conv2D", convolution},
                                                       {"Conv3D", convolution},
                                                       {"Conv1DTranspose", transposed_convolution},
                                                       {"Conv2DTranspose", transposed_convolution},
                                                       {"SeparableConv1D", separable_convolution},
                                                       {"SeparableConv2D", separable_convolution},
                                                       {"DepthwiseConv1D", depthwise_convolution},
                                                       {"DepthwiseConv2D", depthwise_convolution},
                                                       {"LSTM", recurrent},
                                                       {"GRU", recurrent},
                                                       {"SimpleRNN", recurrent},
                                                       {"CuDNNLSTM", recurrent},
                                                       {"CuDNNGRU", recurrent},
                                                       {"Embedding", embedding},
                                                       {"BatchNormalization", normalisation},
                                                       {"LayerNormalization", normalisation},
                                                       {"PReLU", parametric_relu},
                                                       {"Bidirectional", bidirectional},
                                                       {"TimeDistributed", time_distributed}};
  return kRules;
}

ModelSize size_of(const Call& call) {
  const auto rule = rules().find(call.layer.class_name);
  return rule == rules().end() ? ModelSize{} : rule->second(call);
}

/// A spec that is damaged has no size; the trainer says what is wrong with it.
ModelSize size_or_nothing(const Call& call) {
  try {
    return size_of(call);
  } catch (const support::InputError&) {
    return {};
  }
}

bool is_frozen(const LayerSpec& layer) {
  const auto trainable = layer.attributes.find("trainable");
  return trainable != layer.attributes.end() && *trainable == false;
}

ModelShapes shapes_or_nothing(const ModelSpec& model) {
  try {
    return infer_shapes(model, UnknownLayers::kPassThrough);
  } catch (const support::InputError&) {
    return {};
  }
}

}  // namespace

ModelSize model_size(const ModelSpec& model) {
  const ModelShapes shapes = shapes_or_nothing(model);
  ModelSize total;
  for (std::size_t layer = 0; layer < shapes.outputs.size(); ++layer) {
    const LayerSpec& spec = model.layers[layer];
    bool counted = is_frozen(spec);  // weights of shared layers count once
    for (std::size_t call = 0; call < shapes.outputs[layer].size(); ++call) {
      const auto& inputs = shapes.inputs[layer][call];
      const auto& output = shapes.outputs[layer][call];
      if (inputs.empty() || !output) continue;
      const ModelSize size = size_or_nothing({spec, inputs.front(), *output});
      total.multiply_adds += size.multiply_adds;
      if (!counted) total.parameters += size.parameters;
      counted = true;
    }
  }
  return total;
}

double training_work(const ModelSpec& model, const FitSpec& fit, std::int64_t rows) {
  const ModelSize size = model_size(model);
  const double given = known(std::max<std::int64_t>(rows, 0));
  // Keras keeps the first floor(n * (1 - s)) rows for training.
  const bool split = fit.validation_split > 0 && fit.validation_split < 1;
  const double trained = split ? std::floor(given * (1 - fit.validation_split)) : given;
  const double batch = known(std::max<std::int64_t>(fit.batch_size, 1));
  double steps = std::ceil(trained / batch);
  if (fit.steps_per_epoch) steps = known(*fit.steps_per_epoch);
  const double seen = std::min(trained, steps * batch);
  const double epoch = seen * kFlopPerMultiplyAdd * size.multiply_adds +
                       steps * (kFlopPerParameter * size.parameters + kStepOverhead);
  return known(std::max<std::int64_t>(fit.epochs, 0)) * epoch / kGiga;
}

}  // namespace dlfix::trainer
