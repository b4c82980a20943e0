// LSTM, GRU and SimpleRNN, step by step on [R, B, units]. Gate order as in Keras: i, f, c, o and
// z, r, h.
#include <algorithm>

#include "trainer/torch/failure.h"
#include "trainer/torch/layers/dropout_mask.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/products.h"

namespace dlfix::trainer {
namespace {

// Streams of recurrent masks lie far from those of the calls.
constexpr std::uint32_t kInputMask = 1U << 16;
constexpr std::uint32_t kRecurrentMask = 1U << 17;

struct Cell {
  Tensor kernel, recurrent, bias;  ///< [R, in, g u], [R, u, g u], [R, ...] or undefined
};

class Recurrent : public Layer {
 public:
  Recurrent(const LayerArgs& args, std::int64_t gates, const char* recurrent_default)
      : args_(args),
        gates_(gates),
        units_(positive_attribute(args.attributes(), "units")),
        use_bias_(args.attributes().value("use_bias", true)),
        sequences_(args.attributes().value("return_sequences", false)),
        backwards_(args.attributes().value("go_backwards", false)),
        dropout_(dropout_rates(args.each("dropout"), *args.profile)),
        recurrent_dropout_(dropout_rates(args.each("recurrent_dropout"), *args.profile)),
        activation_(name_of("activation", "tanh")),
        recurrent_activation_(name_of("recurrent_activation", recurrent_default)) {
    for (const char* unsupported : {"stateful", "return_state"}) {
      if (args.attributes().value(unsupported, false)) {
        fail_as_unsupported(std::string(unsupported) + "=True is not supported");
      }
    }
  }

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    if (input.size() != 2) {
      fail_as_crash("a recurrent layer needs inputs (rows, steps, features), not " +
                    std::to_string(input.size() + 1) + " dimensions");
    }
    features_ = input[1];
    weights_.push_back(weight_spec(args_, "kernel", {input[1], gates_ * units_}));
    WeightSpec recurrent = weight_spec(args_, "recurrent", {units_, gates_ * units_});
    recurrent.name = "recurrent_kernel";
    for (auto& initializer : recurrent.initializer) {
      if (initializer.is_null()) initializer = "orthogonal";
    }
    weights_.push_back(std::move(recurrent));
    if (use_bias_) weights_.push_back(bias_spec());
    return sequences_ ? Shape{input[0], units_} : Shape{units_};
  }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    Tensor x = inputs[0].tensor;
    const Tensor input_mask = mask(dropout_, x, features_, context, kInputMask);
    if (input_mask.defined()) x = x * input_mask.unsqueeze(2);
    const Tensor state_mask = mask(recurrent_dropout_, x, units_, context, kRecurrentMask);
    const Cell cell{(*context.weights)[0], (*context.weights)[1],
                    use_bias_ ? (*context.weights)[2] : Tensor()};
    const Tensor projected = project(x, cell);
    const std::int64_t steps = x.size(2);
    Tensors state = {at::zeros({x.size(0), x.size(1), units_}, x.options())};
    state.push_back(state[0]);
    Tensors outputs;
    const Tensors inputs_by_step = projected.unbind(2);
    const Tensors counts = inputs[0].mask.defined() ? inputs[0].mask.unbind(2) : Tensors();
    for (std::int64_t t = 0; t < steps; ++t) {
      const std::int64_t place = backwards_ ? steps - 1 - t : t;
      const Tensor h = state_mask.defined() ? state[0] * state_mask : state[0];
      const Tensors before = state;
      step(inputs_by_step[place], h, state, cell, *context.profile);
      if (!counts.empty()) keep_masked(counts[place], before, state);
      if (sequences_) outputs.push_back(state[0]);
    }
    return {sequences_ ? at::stack(outputs, 2) : state[0], {}, {}};
  }

  MaskRule mask_rule() const override { return sequences_ ? MaskRule::kPasses : MaskRule::kStops; }

 protected:
  virtual WeightSpec bias_spec() const { return weight_spec(args_, "bias", {gates_ * units_}); }
  /// The bias that belongs to the inputs' projection, [R, 1, g u] or undefined.
  virtual Tensor input_bias(const Cell& cell) const {
    return cell.bias.defined() ? cell.bias.unsqueeze(1) : cell.bias;
  }
  /// state[0] is the output; `h` the (masked) output of the step before.
  virtual void step(const Tensor& x, const Tensor& h, Tensors& state, const Cell& cell,
                    const Profile& profile) const = 0;

  Tensors gates_of(const Tensor& x) const { return x.split(units_, -1); }

  LayerArgs args_;
  std::int64_t gates_;
  std::int64_t units_;
  bool use_bias_;
  bool sequences_;
  bool backwards_;
  std::vector<double> dropout_;
  std::vector<double> recurrent_dropout_;
  std::string activation_;
  std::string recurrent_activation_;
  std::int64_t features_ = 0;

 private:
  std::string name_of(const char* attribute, const char* otherwise) const {
    const auto& attributes = args_.attributes();
    const std::string name =
        attributes.contains(attribute) ? activation_name(attributes, attribute) : otherwise;
    if (!knows_activation(name)) fail_as_unsupported("activation '" + name + "' is not supported");
    return name;
  }

  // A step that does not count leaves the state, and with it the output, as it was.
  static void keep_masked(const Tensor& counts, const Tensors& before, Tensors& state) {
    const Tensor rows = counts.unsqueeze(-1);
    for (std::size_t k = 0; k < state.size(); ++k) {
      state[k] = at::where(rows, state[k], before[k]);
    }
  }

  // One mask per row for all steps and gates; undefined when nothing is dropped.
  Tensor mask(const std::vector<double>& rates, const Tensor& x, std::int64_t width,
              const CallContext& context, std::uint32_t stream) const {
    const bool any = std::any_of(rates.begin(), rates.end(), [](double rate) { return rate > 0; });
    if (!context.training || !any) return {};
    return dropout_mask(rates, x.size(1), {width}, context, context.stream + stream).to(x.device());
  }

  // All steps at once: [R, B, T, g u].
  Tensor project(const Tensor& x, const Cell& cell) const {
    const Tensor rows = x.reshape({x.size(0), -1, x.size(-1)});
    const Tensor bias = input_bias(cell);
    const Tensor z = recorded_product(rows, cell.kernel, bias);
    return z.view({x.size(0), x.size(1), x.size(2), -1});
  }
};

class Lstm : public Recurrent {
 public:
  explicit Lstm(const LayerArgs& args) : Recurrent(args, 4, "sigmoid") {}

 private:
  WeightSpec bias_spec() const override {
    WeightSpec bias = Recurrent::bias_spec();
    bias.gated_ones = args_.attributes().value("unit_forget_bias", true);
    return bias;
  }
  void step(const Tensor& x, const Tensor& h, Tensors& state, const Cell& cell,
            const Profile& profile) const override {
    const Tensors z = gates_of(recorded_product(h, cell.recurrent, x));
    const auto gate = [&](const Tensor& t) { return activate(recurrent_activation_, t, profile); };
    const Tensor carry = gate(z[1]) * state[1] + gate(z[0]) * activate(activation_, z[2], profile);
    state[0] = gate(z[3]) * activate(activation_, carry, profile);
    state[1] = carry;
  }
};

class Gru : public Recurrent {
 public:
  explicit Gru(const LayerArgs& args)
      : Recurrent(args, 3, "sigmoid"), reset_after_(args.attributes().value("reset_after", true)) {}

 private:
  WeightSpec bias_spec() const override {
    return weight_spec(args_, "bias",
                       reset_after_ ? Shape{2, gates_ * units_} : Shape{gates_ * units_});
  }
  Tensor input_bias(const Cell& cell) const override {
    if (!cell.bias.defined()) return cell.bias;
    return (reset_after_ ? cell.bias.select(1, 0) : cell.bias).unsqueeze(1);
  }
  void step(const Tensor& x, const Tensor& h, Tensors& state, const Cell& cell,
            const Profile& profile) const override {
    const auto gate = [&](const Tensor& t) { return activate(recurrent_activation_, t, profile); };
    const Tensors from_input = gates_of(x);
    Tensor candidate;
    Tensor update;
    if (reset_after_) {
      const Tensors from_state = gates_of(recorded_product(
          h, cell.recurrent, cell.bias.defined() ? cell.bias.select(1, 1).unsqueeze(1) : Tensor()));
      update = gate(from_input[0] + from_state[0]);
      candidate = from_input[2] + gate(from_input[1] + from_state[1]) * from_state[2];
    } else {
      const Tensors kernels = gates_of(cell.recurrent);
      update = gate(from_input[0] + recorded_product(h, kernels[0], {}));
      const Tensor reset = gate(from_input[1] + recorded_product(h, kernels[1], {}));
      candidate = from_input[2] + recorded_product(reset * h, kernels[2], {});
    }
    state[0] = update * state[0] + (1 - update) * activate(activation_, candidate, profile);
  }
  bool reset_after_;
};

class SimpleRnn : public Recurrent {
 public:
  explicit SimpleRnn(const LayerArgs& args) : Recurrent(args, 1, "sigmoid") {}

 private:
  void step(const Tensor& x, const Tensor& h, Tensors& state, const Cell& cell,
            const Profile& profile) const override {
    state[0] = activate(activation_, recorded_product(h, cell.recurrent, x), profile);
  }
};

}  // namespace

void add_recurrent_layers(LayerTable& table) {
  const std::vector<std::string> free{
      "kernel_initializer", "recurrent_initializer", "bias_initializer", "kernel_regularizer",
      "bias_regularizer",   "recurrent_regularizer", "dropout",          "recurrent_dropout"};
  table["LSTM"] = layer_type<Lstm>(free);
  table["GRU"] = layer_type<Gru>(free);
  table["SimpleRNN"] = layer_type<SimpleRnn>(free);
}

}  // namespace dlfix::trainer
