// Max and average pooling in one and two dimensions: replicas are folded into the rows.
#include <limits>

#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/layers/windows.h"

namespace dlfix::trainer {
namespace {

class Pooling : public Layer {
 public:
  explicit Pooling(const LayerArgs& args)
      : rank_(args.specs[0]->class_name.ends_with("1D") ? 1 : 2),
        is_max_(args.specs[0]->class_name.starts_with("Max")),
        padding_(args.attributes().value("padding", "valid")) {
    require_channels_last(args.attributes());
    const std::vector<std::int64_t> twos(rank_, 2);
    const auto sizes = window_attribute(args.attributes(), "pool_size", rank_, twos);
    const auto strides = window_attribute(args.attributes(), "strides", rank_, sizes);
    for (std::size_t i = 0; i < rank_; ++i) {
      window_.axes[2 - rank_ + i].size = sizes[i];
      window_.axes[2 - rank_ + i].stride = strides[i];
    }
  }

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    require_rank(input, rank_);
    Shape shape = fit_window(window_, input, rank_, padding_);
    shape.push_back(input.back());
    return shape;
  }

  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    Tensor images = x.flatten(0, 1);
    if (rank_ == 1) images = images.unsqueeze(1);
    const Tensor pooled = is_max_ ? max_pool(images) : average_pool(images);
    std::vector<std::int64_t> sizes = pooled.sizes().vec();
    if (rank_ == 1) sizes.erase(sizes.begin() + 1);
    sizes[0] = x.size(1);
    sizes.insert(sizes.begin(), x.size(0));
    return {pooled.reshape(sizes), {}, {}};
  }

 private:
  Tensor max_pool(const Tensor& images) const {
    const bool even = window_.is_padded_evenly();
    const Tensor padded =
        even ? images : window_.padded(images, -std::numeric_limits<double>::infinity());
    const auto sizes = window_.sizes();
    const auto strides = window_.strides();
    const auto padding = even ? window_.padding() : std::array<std::int64_t, 2>{0, 0};
    return at::max_pool2d(padded.permute({0, 3, 1, 2}), at::IntArrayRef(sizes),
                          at::IntArrayRef(strides), at::IntArrayRef(padding))
        .permute({0, 2, 3, 1});
  }

  Tensor average(const Tensor& images) const {
    const auto sizes = window_.sizes();
    const auto strides = window_.strides();
    return at::avg_pool2d(images.permute({0, 3, 1, 2}), at::IntArrayRef(sizes),
                          at::IntArrayRef(strides))
        .permute({0, 2, 3, 1});
  }

  // Padding does not count.
  Tensor average_pool(const Tensor& images) const {
    if (padding_ != "same") return average(images);
    const Tensor ones = at::ones({1, images.size(1), images.size(2), 1}, images.options());
    return average(window_.padded(images, 0)) / average(window_.padded(ones, 0));
  }

  std::size_t rank_;
  bool is_max_;
  std::string padding_;
  Window window_;
};

}  // namespace

void add_pooling_layers(LayerTable& table) {
  for (const char* name :
       {"MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D"}) {
    table[name] = layer_type<Pooling>();
  }
}

}  // namespace dlfix::trainer
