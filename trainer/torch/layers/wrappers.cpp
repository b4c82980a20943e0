// Bidirectional and TimeDistributed: layers around another layer.
#include <algorithm>

#include "trainer/spec/shapes.h"
#include "trainer/support/errors.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

// Streams of a second inner layer's masks lie far from those of the first.
constexpr std::uint32_t kSecondInner = 1U << 19;

// The wrapped layer in all replicas.
struct Inner {
  std::vector<LayerSpec> specs;  ///< what the layer's arguments point into
  std::unique_ptr<Layer> layer;
  std::size_t first = 0;  ///< place of its weights among the wrapper's
};

LayerSpec inner_spec(const LayerSpec& wrapper) {
  try {
    return wrapped_layer(wrapper);
  } catch (const support::InputError& error) {
    fail_as_crash(error.what());
  }
}

Inner make_inner(const LayerArgs& args, const std::vector<std::string>& allowed, bool reversed) {
  Inner inner;
  for (const LayerSpec* spec : args.specs) {
    inner.specs.push_back(inner_spec(*spec));
    LayerSpec& own = inner.specs.back();
    if (reversed) {
      own.attributes["go_backwards"] = !own.attributes.value("go_backwards", false);
    }
    if (!own.attributes.value("activity_regularizer", json()).is_null()) {
      fail_as_unsupported("an activity_regularizer inside a wrapper is not supported");
    }
  }
  const std::string& name = inner.specs[0].class_name;
  if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
    fail_as_unsupported(args.specs[0]->class_name + " of " + name + " is not supported");
  }
  LayerArgs own{{}, args.profile};
  for (const LayerSpec& spec : inner.specs) own.specs.push_back(&spec);
  inner.layer = layer_table().at(name).make(own);
  return inner;
}

Value call_inner(const Inner& inner, const Value& input, const CallContext& context,
                 std::uint32_t stream) {
  const auto first = context.weights->begin() + static_cast<std::ptrdiff_t>(inner.first);
  const Tensors own(first, first + static_cast<std::ptrdiff_t>(inner.layer->weights().size()));
  CallContext inside = context;
  inside.weights = &own;
  inside.stream = context.stream + stream;
  return inner.layer->call({input}, inside);
}

class Bidirectional : public Layer {
 public:
  explicit Bidirectional(const LayerArgs& args)
      : forward_(make_inner(args, {"LSTM", "GRU", "SimpleRNN"}, false)),
        backward_(make_inner(args, {"LSTM", "GRU", "SimpleRNN"}, true)),
        sequences_(forward_.specs[0].attributes.value("return_sequences", false)) {
    if (!args.attributes().value("backward_layer", json()).is_null()) {
      fail_as_unsupported("Bidirectional with a backward_layer is not supported");
    }
    const json mode = args.attributes().value("merge_mode", json("concat"));
    if (!mode.is_string()) fail_as_unsupported("merge_mode=None is not supported");
    mode_ = mode.get<std::string>();
    for (const char* known : {"concat", "sum", "mul", "ave"}) {
      if (mode_ == known) return;
    }
    fail_as_crash("merge_mode must be concat, sum, mul or ave, not '" + mode_ + "'");
  }

  Shape build(const std::vector<Shape>& inputs) override {
    Shape output = forward_.layer->build(inputs);
    backward_.layer->build(inputs);
    weights_ = forward_.layer->weights();
    backward_.first = weights_.size();
    const auto& others = backward_.layer->weights();
    weights_.insert(weights_.end(), others.begin(), others.end());
    if (mode_ == "concat") output.back() *= 2;
    return output;
  }

  MaskRule mask_rule() const override { return sequences_ ? MaskRule::kPasses : MaskRule::kStops; }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor there = call_inner(forward_, inputs[0], context, 0).tensor;
    Tensor back = call_inner(backward_, inputs[0], context, kSecondInner).tensor;
    if (sequences_) back = back.flip({2});
    if (mode_ == "concat") return {at::cat({there, back}, -1), {}, {}};
    if (mode_ == "mul") return {there * back, {}, {}};
    const Tensor sum = there + back;
    return {mode_ == "ave" ? sum / 2 : sum, {}, {}};
  }

 private:
  Inner forward_;
  Inner backward_;
  bool sequences_;
  std::string mode_;
};

// Steps become rows. Layers that draw or keep numbers per batch would see other batches than in
// Keras, which calls its layer once a step.
class TimeDistributed : public Layer {
 public:
  explicit TimeDistributed(const LayerArgs& args)
      : inner_(make_inner(args,
                          {"Dense",
                           "Conv1D",
                           "Conv2D",
                           "SeparableConv2D",
                           "DepthwiseConv2D",
                           "MaxPooling1D",
                           "MaxPooling2D",
                           "AveragePooling1D",
                           "AveragePooling2D",
                           "GlobalMaxPooling1D",
                           "GlobalMaxPooling2D",
                           "GlobalAveragePooling1D",
                           "GlobalAveragePooling2D",
                           "Flatten",
                           "Reshape",
                           "Activation",
                           "LeakyReLU",
                           "ReLU",
                           "ELU",
                           "LayerNormalization",
                           "LSTM",
                           "GRU",
                           "SimpleRNN",
                           "Bidirectional",
                           "Rescaling"},
                          false)) {}

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    if (input.size() < 2) fail_as_crash("TimeDistributed needs inputs with a time dimension");
    step_ = inner_.layer->build({Shape(input.begin() + 1, input.end())});
    weights_ = inner_.layer->weights();
    Shape output = step_;
    output.insert(output.begin(), input[0]);
    return output;
  }

  MaskRule mask_rule() const override { return MaskRule::kPasses; }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    std::vector<std::int64_t> folded = x.sizes().vec();
    folded[1] *= folded[2];
    folded.erase(folded.begin() + 2);
    const Tensor y = call_inner(inner_, {x.reshape(folded), {}, {}}, context, 0).tensor;
    return {y.reshape(with_leading({x.size(0), x.size(1), x.size(2)}, step_)), {}, {}};
  }

 private:
  Inner inner_;
  Shape step_;
};

}  // namespace

void add_wrapper_layers(LayerTable& table) {
  table["Bidirectional"] = layer_type<Bidirectional>();
  table["TimeDistributed"] = layer_type<TimeDistributed>();
}

}  // namespace dlfix::trainer
