#include "trainer/torch/layers/windows.h"

#include <algorithm>

#include "trainer/torch/failure.h"

namespace dlfix::trainer {

void WindowAxis::fit(std::int64_t length, const std::string& padding) {
  const std::int64_t extent = (size - 1) * dilation + 1;
  if (padding == "same") {
    output = (length + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((output - 1) * stride + extent - length, 0);
    before = total / 2;
    after = total - before;
    return;
  }
  if (padding == "causal") before = extent - 1;
  if (length + before < extent) {
    fail_as_crash("a window of " + std::to_string(extent) + " does not fit into an input of " +
                  std::to_string(length));
  }
  output = (length + before - extent) / stride + 1;
}

Tensor Window::padded(const Tensor& images, double value) const {
  return at::constant_pad_nd(
      images, {0, 0, axes[1].before, axes[1].after, axes[0].before, axes[0].after}, value);
}

Tensor Window::unpadded(const Tensor& padded, const Tensor& images) const {
  return padded.narrow(-3, axes[0].before, images.size(-3))
      .narrow(-2, axes[1].before, images.size(-2));
}

std::vector<std::int64_t> window_attribute(const nlohmann::json& attributes, const char* name,
                                           std::size_t rank,
                                           const std::vector<std::int64_t>& otherwise) {
  const auto found = attributes.find(name);
  std::vector<std::int64_t> sizes = otherwise;
  if (found != attributes.end() && !found->is_null()) {
    if (found->is_array()) {
      sizes = found->get<std::vector<std::int64_t>>();
    } else {
      sizes.assign(rank, found->get<std::int64_t>());
    }
  }
  const bool positive =
      std::all_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size > 0; });
  if (sizes.size() != rank || !positive) {
    fail_as_crash(std::string("attribute '") + name + "' must be " + std::to_string(rank) +
                  " positive numbers");
  }
  return sizes;
}

Shape fit_window(Window& window, const Shape& input, std::size_t rank, const std::string& padding) {
  if (rank == 1) window.axes[0].fit(1, "valid");
  Shape output;
  for (std::size_t i = 0; i < rank; ++i) {
    WindowAxis& axis = window.axes[2 - rank + i];
    axis.fit(input[i], padding);
    output.push_back(axis.output);
  }
  return output;
}

Shape window_sizes(const Window& window, std::size_t rank) {
  Shape sizes;
  for (std::size_t i = 2 - rank; i < 2; ++i) sizes.push_back(window.axes[i].size);
  return sizes;
}

void require_rank(const Shape& input, std::size_t rank) {
  if (input.size() == rank + 1) return;
  fail_as_crash("the input has " + std::to_string(input.size() + 1) + " dimensions instead of " +
                std::to_string(rank + 2));
}

void require_channels_last(const nlohmann::json& attributes) {
  const auto found = attributes.find("data_format");
  if (found != attributes.end() && found->is_string() && *found == "channels_first") {
    fail_as_unsupported("data_format channels_first is not supported");
  }
}

}  // namespace dlfix::trainer
