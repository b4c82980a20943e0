// Layers that only move numbers: Flatten, Reshape, Permute, ZeroPadding2D.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Flatten : public Layer {
 public:
  explicit Flatten(const LayerArgs&) {}
  Shape build(const std::vector<Shape>& inputs) override { return {element_count(inputs.at(0))}; }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    return {x.reshape({x.size(0), x.size(1), -1}), {}, {}};
  }
};

class Reshape : public Layer {
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

// padding: p, [rows, columns] or [[top, bottom], [left, right]].
class ZeroPadding2D : public Layer {
 public:
  explicit ZeroPadding2D(const LayerArgs& args) {
    const auto padding = args.attributes().value("padding", nlohmann::json(1));
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const auto& own = padding.is_array() ? padding.at(axis) : padding;
      const bool pair = own.is_array();
      before_[axis] = (pair ? own.at(0) : own).get<std::int64_t>();
      after_[axis] = (pair ? own.at(1) : own).get<std::int64_t>();
    }
  }
  Shape build(const std::vector<Shape>& inputs) override {
    Shape shape = inputs.at(0);
    if (shape.size() != 3) fail_as_crash("ZeroPadding2D needs images");
    for (std::size_t axis = 0; axis < 2; ++axis) shape[axis] += before_[axis] + after_[axis];
    return shape;
  }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    return {
        at::constant_pad_nd(inputs[0].tensor, {0, 0, before_[1], after_[1], before_[0], after_[0]}),
        {},
        {}};
  }

 private:
  std::int64_t before_[2];
  std::int64_t after_[2];
};

}  // namespace

void add_shape_layers(LayerTable& table) {
  table["Flatten"] = layer_type<Flatten>();
  table["Reshape"] = layer_type<Reshape>();
  table["Permute"] = layer_type<Permute>();
  table["ZeroPadding2D"] = layer_type<ZeroPadding2D>();
}

}  // namespace dlfix::trainer
