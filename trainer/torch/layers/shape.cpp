// Layers that only move numbers: Flatten, Reshape, Permute.
#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

// Keeps the input's sizes alone.
class MovingLayer : public ExplicitLayer {
 public:
  Tensor backward(const Tensor& dy, const CallContext&, const Tape& tape, const Tensors&,
                  bool) const override {
    return dy.reshape_as(tape[0]);
  }
};

class Flatten : public Layer, public MovingLayer {
 public:
  explicit Flatten(const LayerArgs&) {}
  Shape build(const std::vector<Shape>& inputs) override { return {element_count(inputs.at(0))}; }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    return {x.reshape({x.size(0), x.size(1), -1}), {}, {}};
  }
  Tensor forward(const Tensor& x, const CallContext&, Tape& tape) const override {
    tape = {x};
    return x.reshape({x.size(0), x.size(1), -1});
  }
};

class Reshape : public Layer, public MovingLayer {
 public:
  explicit Reshape(const LayerArgs& args)
      : target_(args.attributes().at("target_shape").get<Shape>()) {}

  Shape build(const std::vector<Shape>& inputs) override {
    const std::int64_t count = element_count(inputs.at(0));
    std::int64_t known = 1;
    std::int64_t* open = nullptr;
    for (std::int64_t& dimension : target_) {
      if (dimension < 0) {
        open = &dimension;
      } else {
        known *= dimension;
      }
    }
    if (open != nullptr && known > 0) *open = count / known;
    if (element_count(target_) != count) {
      fail_as_crash("cannot reshape " + std::to_string(count) + " numbers into the target shape");
    }
    return target_;
  }

  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    return {x.reshape(with_leading({x.size(0), x.size(1)}, target_)), {}, {}};
  }
  Tensor forward(const Tensor& x, const CallContext&, Tape& tape) const override {
    tape = {x};
    return x.reshape(with_leading({x.size(0), x.size(1)}, target_));
  }

 private:
  Shape target_;
};

class Permute : public Layer {
 public:
  explicit Permute(const LayerArgs& args) : dims_(args.attributes().at("dims").get<Shape>()) {}

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    std::vector<bool> seen(input.size(), false);
    Shape output;
    for (std::int64_t dim : dims_) {
      if (dim < 1 || dim > static_cast<std::int64_t>(input.size()) || seen[dim - 1]) {
        fail_as_crash("Permute dims are not a permutation of the input's dimensions");
      }
      seen[dim - 1] = true;
      output.push_back(input[dim - 1]);
    }
    if (output.size() != input.size()) fail_as_crash("Permute dims do not match the input's rank");
    return output;
  }

  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    std::vector<std::int64_t> order{0, 1};
    for (std::int64_t dim : dims_) order.push_back(dim + 1);
    return {inputs[0].tensor.permute(order).contiguous(), {}, {}};
  }

 private:
  Shape dims_;
};

}  // namespace

void add_shape_layers(LayerTable& table) {
  table["Flatten"] = layer_type<Flatten>();
  table["Reshape"] = layer_type<Reshape>();
  table["Permute"] = layer_type<Permute>();
}

}  // namespace dlfix::trainer
