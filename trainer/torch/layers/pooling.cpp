// Max and average pooling in one and two dimensions: replicas are folded into the rows.
#include <limits>

#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/layers/windows.h"

namespace dlfix::trainer {
namespace {

class Pooling : public Layer, public ExplicitLayer {
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
    const Tensor images = images_of(x);
    return {rows_of(is_max_ ? max_pool(images) : average_pool(images), x), {}, {}};
  }

  // Averages leave padding out, which autograd follows.
  bool is_explicit() const override { return is_max_ || padding_ != "same"; }

  Tensor forward(const Tensor& x, const CallContext&, Tape& tape) const override {
    const Tensor images = images_of(x);
    if (!is_max_) {
      tape = {images};
      return rows_of(average(images), x);
    }
    const Tensor channels = padded_for_max(images).permute({0, 3, 1, 2});
    const auto [pooled, places] =
        at::max_pool2d_with_indices(channels, window_.sizes(), window_.strides(), even_padding());
    tape = {images, channels, places};
    return rows_of(pooled.permute({0, 2, 3, 1}), x);
  }

  Tensor backward(const Tensor& dy, const CallContext&, const Tape& tape, const Tensors&,
                  bool wants_input) const override {
    if (!wants_input) return {};
    const Tensor out = images_of(dy).permute({0, 3, 1, 2});
    const Tensor& images = tape[0];
    if (!is_max_) {
      const Tensor dx =
          at::avg_pool2d_backward(out, images.permute({0, 3, 1, 2}), window_.sizes(),
                                  window_.strides(), {0, 0}, false, true, c10::nullopt);
      return rows_of(dx.permute({0, 2, 3, 1}), dy);
    }
    const Tensor dx = at::max_pool2d_with_indices_backward(
        out, tape[1], window_.sizes(), window_.strides(), even_padding(), {1, 1}, false, tape[2]);
    const Tensor padded = dx.permute({0, 2, 3, 1});
    return rows_of(window_.is_padded_evenly() ? padded : window_.unpadded(padded, images), dy);
  }

 private:
  // Replicas are folded into the rows; one dimension becomes a row of an image.
  Tensor images_of(const Tensor& x) const {
    const Tensor images = x.flatten(0, 1);
    return rank_ == 1 ? images.unsqueeze(1) : images;
  }
  Tensor rows_of(const Tensor& images, const Tensor& like) const {
    std::vector<std::int64_t> sizes = images.sizes().vec();
    if (rank_ == 1) sizes.erase(sizes.begin() + 1);
    sizes[0] = like.size(1);
    sizes.insert(sizes.begin(), like.size(0));
    return images.reshape(sizes);
  }
  std::array<std::int64_t, 2> even_padding() const {
    return window_.is_padded_evenly() ? window_.padding() : std::array<std::int64_t, 2>{0, 0};
  }
  Tensor padded_for_max(const Tensor& images) const {
    return window_.is_padded_evenly()
               ? images
               : window_.padded(images, -std::numeric_limits<double>::infinity());
  }

  Tensor max_pool(const Tensor& images) const {
    return at::max_pool2d(padded_for_max(images).permute({0, 3, 1, 2}), window_.sizes(),
                          window_.strides(), even_padding())
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
