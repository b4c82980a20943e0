// Layers with several inputs.
#include <functional>

#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Elementwise : public Layer {
 public:
  explicit Elementwise(const LayerArgs& args) : name_(args.specs[0]->class_name) {}

  Shape build(const std::vector<Shape>& inputs) override {
    if (inputs.size() < 2) fail_as_crash("a merge needs two or more inputs");
    if (name_ == "Subtract" && inputs.size() != 2) fail_as_crash("Subtract needs two inputs");
    Shape output = inputs[0];
    for (const Shape& input : inputs) {
      if (input.size() != output.size()) fail_as_crash("the inputs differ in rank");
      for (std::size_t i = 0; i < input.size(); ++i) {
        if (input[i] != output[i] && input[i] != 1 && output[i] != 1) {
          fail_as_crash("the inputs differ in shape");
        }
        output[i] = std::max(output[i], input[i]);
      }
    }
    return output;
  }

  MaskRule mask_rule() const override { return MaskRule::kRefuses; }

  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    Tensor total = inputs[0].tensor;
    for (std::size_t i = 1; i < inputs.size(); ++i) total = merged(total, inputs[i].tensor);
    if (name_ == "Average") total = total / double(inputs.size());
    return {total, {}, {}};
  }

 private:
  Tensor merged(const Tensor& a, const Tensor& b) const {
    if (name_ == "Subtract") return a - b;
    if (name_ == "Multiply") return a * b;
    if (name_ == "Maximum") return at::where(a >= b, a, b);
    if (name_ == "Minimum") return at::where(a <= b, a, b);
    return a + b;
  }

  std::string name_;
};

class Concatenate : public Layer {
 public:
  explicit Concatenate(const LayerArgs& args)
      : axis_(args.attributes().value("axis", std::int64_t{-1})) {}

  Shape build(const std::vector<Shape>& inputs) override {
    if (inputs.empty()) fail_as_crash("Concatenate has no inputs");
    Shape output = inputs[0];
    const auto rank = static_cast<std::int64_t>(output.size());
    if (axis_ < 0) axis_ += rank + 1;
    if (axis_ < 1 || axis_ > rank) fail_as_crash("Concatenate axis is out of range");
    for (std::size_t k = 1; k < inputs.size(); ++k) {
      Shape other = inputs[k];
      if (other.size() != output.size()) fail_as_crash("the inputs differ in rank");
      const std::int64_t own = other[axis_ - 1];
      other[axis_ - 1] = output[axis_ - 1];
      if (other != output) fail_as_crash("the inputs differ in shape beside the axis");
      output[axis_ - 1] += own;
    }
    return output;
  }

  MaskRule mask_rule() const override { return MaskRule::kRefuses; }

  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    Tensors tensors;
    for (const Value& input : inputs) tensors.push_back(input.tensor);
    return {at::cat(tensors, axis_ + 1), {}, {}};
  }

 private:
  std::int64_t axis_;
};

}  // namespace

void add_merge_layers(LayerTable& table) {
  for (const char* name : {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"}) {
    table[name] = layer_type<Elementwise>();
  }
  table["Concatenate"] = layer_type<Concatenate>();
}

}  // namespace dlfix::trainer
