// Sliding windows over images, shared by convolutions and pools.
#pragma once

#include <array>
#include <string>

#include "trainer/torch/layer.h"

namespace dlfix::trainer {

/// Window of one axis.
struct WindowAxis {
  std::int64_t size = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t before = 0;  ///< padding
  std::int64_t after = 0;
  std::int64_t output = 0;

  /// Sets padding and output for an input of `length` (Keras: `same` puts the extra cell at the
  /// end; `causal` pads the beginning). Errors: TrainingFailure (kCrash) when nothing fits.
  void fit(std::int64_t length, const std::string& padding);
};

/// Rows and columns; a one-dimensional window has one row.
struct Window {
  std::array<WindowAxis, 2> axes;

  bool is_padded_evenly() const {
    return axes[0].before == axes[0].after && axes[1].before == axes[1].after;
  }
  std::array<std::int64_t, 2> sizes() const { return {axes[0].size, axes[1].size}; }
  std::array<std::int64_t, 2> strides() const { return {axes[0].stride, axes[1].stride}; }
  std::array<std::int64_t, 2> dilations() const { return {axes[0].dilation, axes[1].dilation}; }
  std::array<std::int64_t, 2> padding() const { return {axes[0].before, axes[1].before}; }
  /// Pads images [..., H, W, C] on both sides.
  Tensor padded(const Tensor& images, double value) const;
  /// The part of a padded tensor that the images were.
  Tensor unpadded(const Tensor& padded, const Tensor& images) const;
};

/// A size attribute as `rank` numbers: [3, 3], [2] or 3. `otherwise` where absent or null.
/// Errors: TrainingFailure (kCrash) when they are not positive.
std::vector<std::int64_t> window_attribute(const nlohmann::json& attributes, const char* name,
                                           std::size_t rank,
                                           const std::vector<std::int64_t>& otherwise);

/// Fits the last `rank` axes of the window to an input [..., channels]; gives the output's sizes.
/// Errors: TrainingFailure (kCrash) when the window does not fit.
Shape fit_window(Window& window, const Shape& input, std::size_t rank, const std::string& padding);
/// Sizes of the last `rank` axes.
Shape window_sizes(const Window& window, std::size_t rank);
/// Errors: TrainingFailure (kCrash) unless `input` has `rank` dimensions and channels.
void require_rank(const Shape& input, std::size_t rank);

/// `channels_last` is the only layout. Errors: TrainingFailure (kUnsupported).
void require_channels_last(const nlohmann::json& attributes);

}  // namespace dlfix::trainer
