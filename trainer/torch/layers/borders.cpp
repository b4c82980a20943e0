// Layers that add or cut borders, or repeat cells: ZeroPadding1D/2D, Cropping1D/2D,
// UpSampling1D/2D, RepeatVector.
#include <array>

#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/layers/windows.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

struct Border {
  std::int64_t before = 0;
  std::int64_t after = 0;
};

// p, [before, after] in one dimension, [rows, columns] or [[top, bottom], [left, right]].
std::vector<Border> borders_of(const json& given, std::size_t rank) {
  if (!given.is_array()) {
    return std::vector<Border>(rank, {given.get<std::int64_t>(), given.get<std::int64_t>()});
  }
  if (rank == 1 && given.size() == 2) {
    return {{given[0].get<std::int64_t>(), given[1].get<std::int64_t>()}};
  }
  if (given.size() != rank) fail_as_crash("borders " + given.dump() + " do not fit the input");
  std::vector<Border> borders;
  for (const json& own : given) {
    const bool pair = own.is_array();
    borders.push_back({(pair ? own.at(0) : own).get<std::int64_t>(),
                       (pair ? own.at(1) : own).get<std::int64_t>()});
  }
  return borders;
}

// Zeros around the rows and columns; a negative border cuts.
class Borders : public Layer {
 public:
  explicit Borders(const LayerArgs& args)
      : rank_(args.specs[0]->class_name.ends_with("1D") ? 1 : 2),
        sign_(args.specs[0]->class_name.starts_with("Cropping") ? -1 : 1) {
    require_channels_last(args.attributes());
    const char* name = sign_ > 0 ? "padding" : "cropping";
    borders_ =
        borders_of(args.attributes().value(name, json(sign_ > 0 || rank_ == 1 ? 1 : 0)), rank_);
  }
  Shape build(const std::vector<Shape>& inputs) override {
    Shape shape = inputs.at(0);
    require_rank(shape, rank_);
    for (std::size_t axis = 0; axis < rank_; ++axis) {
      shape[axis] += sign_ * (borders_[axis].before + borders_[axis].after);
    }
    return shape;
  }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    std::vector<std::int64_t> sizes{0, 0};
    for (std::size_t axis = rank_; axis-- > 0;) {
      sizes.push_back(sign_ * borders_[axis].before);
      sizes.push_back(sign_ * borders_[axis].after);
    }
    return {at::constant_pad_nd(inputs[0].tensor, sizes), {}, {}};
  }

 private:
  std::size_t rank_;
  int sign_;
  std::vector<Border> borders_;
};

class UpSampling : public Layer {
 public:
  explicit UpSampling(const LayerArgs& args)
      : rank_(args.specs[0]->class_name.ends_with("1D") ? 1 : 2),
        factors_(window_attribute(args.attributes(), "size", rank_,
                                  std::vector<std::int64_t>(rank_, 2))) {
    require_channels_last(args.attributes());
    const std::string how = args.attributes().value("interpolation", "nearest");
    if (how != "nearest") fail_as_unsupported("interpolation '" + how + "' is not supported");
  }
  Shape build(const std::vector<Shape>& inputs) override {
    Shape shape = inputs.at(0);
    require_rank(shape, rank_);
    for (std::size_t axis = 0; axis < rank_; ++axis) shape[axis] *= factors_[axis];
    return shape;
  }
  // Each cell repeated by expanding an axis behind its own.
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    Tensor x = inputs[0].tensor;
    for (std::size_t axis = 0; axis < rank_; ++axis) {
      const auto place = static_cast<std::int64_t>(axis) + 2;
      std::vector<std::int64_t> sizes = x.sizes().vec();
      std::vector<std::int64_t> expanded = sizes;
      expanded.insert(expanded.begin() + place + 1, factors_[axis]);
      sizes[static_cast<std::size_t>(place)] *= factors_[axis];
      x = x.unsqueeze(place + 1).expand(expanded).reshape(sizes);
    }
    return {x, {}, {}};
  }

 private:
  std::size_t rank_;
  std::vector<std::int64_t> factors_;
};

class RepeatVector : public Layer {
 public:
  explicit RepeatVector(const LayerArgs& args)
      : count_(positive_attribute(args.attributes(), "n")) {}
  Shape build(const std::vector<Shape>& inputs) override {
    if (inputs.at(0).size() != 1) fail_as_crash("RepeatVector needs inputs (rows, features)");
    return {count_, inputs[0][0]};
  }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    return {x.unsqueeze(2).expand({x.size(0), x.size(1), count_, x.size(2)}).contiguous(), {}, {}};
  }

 private:
  std::int64_t count_;
};

}  // namespace

void add_border_layers(LayerTable& table) {
  for (const char* name : {"ZeroPadding1D", "ZeroPadding2D", "Cropping1D", "Cropping2D"}) {
    table[name] = layer_type<Borders>();
  }
  for (const char* name : {"UpSampling1D", "UpSampling2D"}) table[name] = layer_type<UpSampling>();
  table["RepeatVector"] = layer_type<RepeatVector>();
}

}  // namespace dlfix::trainer
