// One rule per family of layers; the table at the end names the classes.
#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "trainer/spec/attributes.h"
#include "trainer/spec/shapes.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using Inputs = std::span<const Shape>;
using Rule = ShapeOutcome (*)(const LayerSpec&, Inputs);

ShapeOutcome give(Shape shape) { return {std::move(shape), ""}; }

ShapeOutcome refuse(const LayerSpec& layer, const std::string& why) {
  return {std::nullopt, fmt::format("{}: {}", describe(layer), why)};
}

std::string text(const Shape& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

/// Product of dimensions; -1 when one is not known.
std::int64_t product(std::span<const std::int64_t> sizes) {
  std::int64_t result = 1;
  bool unknown = false;
  for (const std::int64_t size : sizes) {
    unknown |= size < 0;
    if (__builtin_mul_overflow(result, size, &result)) return -1;
  }
  return unknown ? -1 : result;
}

ShapeOutcome same(const LayerSpec&, Inputs inputs) { return give(inputs[0]); }

ShapeOutcome dense(const LayerSpec& layer, Inputs inputs) {
  const std::int64_t units = integer_attribute(layer, "units");
  if (units < 0) return refuse(layer, fmt::format("{} units", units));
  if (inputs[0].empty()) return refuse(layer, "needs an input of at least one dimension");
  Shape shape = inputs[0];
  shape.back() = units;
  return give(shape);
}

bool channels_first(const LayerSpec& layer) {
  return text_attribute(layer, "data_format", "channels_last") == "channels_first";
}

/// Rank of the space of Conv2D, MaxPooling1D, ...: the digit in the name.
std::size_t spatial_rank(const LayerSpec& layer) {
  const auto digit = layer.class_name.find_last_of("123");
  return digit == std::string::npos ? 0 : static_cast<std::size_t>(layer.class_name[digit] - '0');
}

struct Window {
  std::vector<std::int64_t> size, stride, dilation;
  bool padded = false;  ///< same or causal
};

Window window_of(const LayerSpec& layer, const char* size_name, std::size_t rank) {
  Window window;
  window.size = sizes_attribute(layer, size_name, rank, {});
  if (window.size.empty()) integer_attribute(layer, size_name);  // throws: it is missing
  const bool pool = std::string_view(size_name) == "pool_size";
  window.stride = sizes_attribute(layer, "strides", rank,
                                  pool ? window.size : std::vector<std::int64_t>(rank, 1));
  window.dilation =
      sizes_attribute(layer, "dilation_rate", rank, std::vector<std::int64_t>(rank, 1));
  window.padded = text_attribute(layer, "padding", "valid") != "valid";
  return window;
}

/// Slides the window over dimensions [first, first + rank) of `shape`. Returns what is wrong.
std::string slide(const Window& window, std::size_t first, Shape& shape) {
  for (std::size_t i = 0; i < window.size.size(); ++i) {
    std::int64_t& size = shape[first + i];
    if (window.size[i] < 1 || window.stride[i] < 1 || window.dilation[i] < 1) {
      return "window, stride and dilation must be positive";
    }
    if (size < 0) continue;
    const std::int64_t reach = (window.size[i] - 1) * window.dilation[i] + 1;
    if (!window.padded && reach > size) {
      return fmt::format("a window of {} does not fit an input of {}", reach, size);
    }
    size = ((window.padded ? size : size - reach + 1) + window.stride[i] - 1) / window.stride[i];
  }
  return "";
}

ShapeOutcome wrong_rank(const LayerSpec& layer, std::size_t rank, const Shape& shape) {
  return refuse(layer,
                fmt::format("needs {} dimensions, its input has shape {}", rank, text(shape)));
}

/// Convolutions; `channels` tells the output channels from layer and input channels.
template <typename Channels>
ShapeOutcome convolve(const LayerSpec& layer, Inputs inputs, Channels channels) {
  const std::size_t rank = spatial_rank(layer);
  Shape shape = inputs[0];
  if (shape.size() != rank + 1) return wrong_rank(layer, rank + 1, shape);
  const bool first = channels_first(layer);
  std::int64_t& depth = first ? shape.front() : shape.back();
  const std::int64_t groups = integer_attribute(layer, "groups", 1);
  if (groups < 1 || (depth > 0 && depth % groups != 0)) {
    return refuse(layer, fmt::format("{} channels in {} groups", depth, groups));
  }
  depth = channels(depth);
  if (depth == 0) return refuse(layer, "no filters");
  const std::string problem = slide(window_of(layer, "kernel_size", rank), first ? 1 : 0, shape);
  return problem.empty() ? give(shape) : refuse(layer, problem);
}

ShapeOutcome convolution(const LayerSpec& layer, Inputs inputs) {
  const std::int64_t filters = integer_attribute(layer, "filters");
  return convolve(layer, inputs, [filters](std::int64_t) { return filters; });
}

ShapeOutcome depthwise_convolution(const LayerSpec& layer, Inputs inputs) {
  const std::int64_t multiplier = integer_attribute(layer, "depth_multiplier", 1);
  return convolve(layer, inputs, [multiplier](std::int64_t depth) {
    return depth < 0 ? depth : depth * multiplier;
  });
}

ShapeOutcome transposed_convolution(const LayerSpec& layer, Inputs inputs) {
  const std::size_t rank = spatial_rank(layer);
  Shape shape = inputs[0];
  if (shape.size() != rank + 1) return wrong_rank(layer, rank + 1, shape);
  const Window window = window_of(layer, "kernel_size", rank);
  const bool first = channels_first(layer);
  (first ? shape.front() : shape.back()) = integer_attribute(layer, "filters");
  for (std::size_t i = 0; i < rank; ++i) {
    std::int64_t& size = shape[i + (first ? 1 : 0)];
    if (size < 0) continue;
    const std::int64_t reach = (window.size[i] - 1) * window.dilation[i] + 1;
    size = size * window.stride[i] +
           (window.padded ? 0 : std::max<std::int64_t>(reach - window.stride[i], 0));
  }
  return give(shape);
}

ShapeOutcome pool(const LayerSpec& layer, Inputs inputs) {
  const std::size_t rank = spatial_rank(layer);
  Shape shape = inputs[0];
  if (shape.size() != rank + 1) return wrong_rank(layer, rank + 1, shape);
  const std::string problem =
      slide(window_of(layer, "pool_size", rank), channels_first(layer) ? 1 : 0, shape);
  return problem.empty() ? give(shape) : refuse(layer, problem);
}

ShapeOutcome global_pool(const LayerSpec& layer, Inputs inputs) {
  const std::size_t rank = spatial_rank(layer);
  Shape shape = inputs[0];
  if (shape.size() != rank + 1) return wrong_rank(layer, rank + 1, shape);
  const bool first = channels_first(layer);
  if (!truth_attribute(layer, "keepdims", false))
    return give({first ? shape.front() : shape.back()});
  for (std::size_t i = 0; i < rank; ++i) shape[i + (first ? 1 : 0)] = 1;
  return give(shape);
}

ShapeOutcome flatten(const LayerSpec&, Inputs inputs) { return give({product(inputs[0])}); }

ShapeOutcome reshape(const LayerSpec& layer, Inputs inputs) {
  Shape target = list_attribute(layer, "target_shape");
  const std::int64_t items = product(inputs[0]);
  const auto free = std::count(target.begin(), target.end(), -1);
  if (free > 1) return refuse(layer, "target_shape has more than one -1");
  if (items < 0) return give(target);
  Shape given = target;
  std::replace(given.begin(), given.end(), std::int64_t{-1}, std::int64_t{1});
  const std::int64_t known = product(given);
  const bool fits = free == 1 ? known > 0 && items % known == 0 : known == items;
  if (!fits) {
    return refuse(layer, fmt::format("{} cannot become {}", text(inputs[0]), text(target)));
  }
  if (free == 1) std::replace(target.begin(), target.end(), std::int64_t{-1}, items / known);
  return give(target);
}

ShapeOutcome permute(const LayerSpec& layer, Inputs inputs) {
  const std::vector<std::int64_t> dims = list_attribute(layer, "dims");
  std::vector<std::int64_t> sorted = dims;
  std::sort(sorted.begin(), sorted.end());
  Shape shape;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims.size() != inputs[0].size() || sorted[i] != static_cast<std::int64_t>(i + 1)) {
      return refuse(layer, fmt::format("dims {} do not permute {}", text(dims), text(inputs[0])));
    }
    shape.push_back(inputs[0][static_cast<std::size_t>(dims[i] - 1)]);
  }
  return give(shape);
}

ShapeOutcome repeat(const LayerSpec& layer, Inputs inputs) {
  if (inputs[0].size() != 1) return wrong_rank(layer, 1, inputs[0]);
  return give({integer_attribute(layer, "n"), inputs[0][0]});
}

ShapeOutcome embedding(const LayerSpec& layer, Inputs inputs) {
  Shape shape = inputs[0];
  shape.push_back(integer_attribute(layer, "output_dim"));
  return give(shape);
}

ShapeOutcome recurrent(const LayerSpec& layer, Inputs inputs) {
  if (inputs[0].size() != 2) return wrong_rank(layer, 2, inputs[0]);
  const std::int64_t units = integer_attribute(layer, "units");
  if (truth_attribute(layer, "return_sequences", false)) return give({inputs[0][0], units});
  return give({units});
}

ShapeOutcome bidirectional(const LayerSpec& layer, Inputs inputs) {
  ShapeOutcome outcome = output_shape(wrapped_layer(layer), inputs);
  const bool joined = text_attribute(layer, "merge_mode", "concat") == "concat";
  if (outcome.shape && joined) outcome.shape->back() *= 2;
  return outcome;
}

ShapeOutcome time_distributed(const LayerSpec& layer, Inputs inputs) {
  if (inputs[0].size() < 2) return wrong_rank(layer, 2, inputs[0]);
  const std::vector<Shape> step{Shape(inputs[0].begin() + 1, inputs[0].end())};
  ShapeOutcome outcome = output_shape(wrapped_layer(layer), step);
  if (outcome.shape) outcome.shape->insert(outcome.shape->begin(), inputs[0][0]);
  return outcome;
}

/// Add, Multiply, ...: shapes broadcast as NumPy's do.
ShapeOutcome merge(const LayerSpec& layer, Inputs inputs) {
  Shape shape = inputs[0];
  for (const Shape& other : inputs.subspan(1)) {
    if (other.size() > shape.size()) shape.insert(shape.begin(), other.size() - shape.size(), 1);
    for (std::size_t i = 0; i < other.size(); ++i) {
      std::int64_t& mine = shape[shape.size() - 1 - i];
      const std::int64_t its = other[other.size() - 1 - i];
      if (mine == its || its == 1) continue;
      if (mine != 1 && mine >= 0 && its >= 0) {
        return refuse(layer, fmt::format("inputs of shapes {} and {} do not go together",
                                         text(inputs[0]), text(other)));
      }
      if (mine == 1 || mine < 0) mine = its;
    }
  }
  return give(shape);
}

ShapeOutcome concatenate(const LayerSpec& layer, Inputs inputs) {
  Shape shape = inputs[0];
  const auto rank = static_cast<std::int64_t>(shape.size());
  const std::int64_t axis = integer_attribute(layer, "axis", -1);
  const std::int64_t place = axis < 0 ? axis + rank : axis - 1;  // axis 0 is the batch
  if (place < 0 || place >= rank) return refuse(layer, fmt::format("no axis {}", axis));
  const auto joined = static_cast<std::size_t>(place);
  for (const Shape& other : inputs.subspan(1)) {
    bool fits = other.size() == shape.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i) {
      fits = i == joined || shape[i] == other[i] || shape[i] < 0 || other[i] < 0;
    }
    if (!fits) {
      return refuse(layer, fmt::format("inputs of shapes {} and {} cannot be joined along axis {}",
                                       text(inputs[0]), text(other), axis));
    }
    const bool unknown = shape[joined] < 0 || other[joined] < 0;
    shape[joined] = unknown ? -1 : shape[joined] + other[joined];
  }
  return give(shape);
}

/// ZeroPadding (sign +1) and Cropping (sign -1).
ShapeOutcome change_borders(const LayerSpec& layer, Inputs inputs, const char* name, int sign) {
  const std::size_t rank = spatial_rank(layer);
  Shape shape = inputs[0];
  if (shape.size() != rank + 1) return wrong_rank(layer, rank + 1, shape);
  const auto borders = borders_attribute(layer, name, rank);
  for (std::size_t i = 0; i < rank; ++i) {
    std::int64_t& size = shape[i + (channels_first(layer) ? 1 : 0)];
    if (size < 0) continue;
    size += sign * (borders[i].first + borders[i].second);
    if (size <= 0) return refuse(layer, "nothing is left");
  }
  return give(shape);
}

ShapeOutcome zero_padding(const LayerSpec& layer, Inputs inputs) {
  return change_borders(layer, inputs, "padding", 1);
}
ShapeOutcome cropping(const LayerSpec& layer, Inputs inputs) {
  return change_borders(layer, inputs, "cropping", -1);
}

ShapeOutcome up_sampling(const LayerSpec& layer, Inputs inputs) {
  const std::size_t rank = spatial_rank(layer);
  Shape shape = inputs[0];
  if (shape.size() != rank + 1) return wrong_rank(layer, rank + 1, shape);
  const auto factor = sizes_attribute(layer, "size", rank, std::vector<std::int64_t>(rank, 2));
  for (std::size_t i = 0; i < rank; ++i) {
    std::int64_t& size = shape[i + (channels_first(layer) ? 1 : 0)];
    if (size >= 0) size *= factor[i];
  }
  return give(shape);
}

const std::map<std::string_view, Rule>& rules() {
  static const std::map<std::string_view, Rule> kRules{{"InputLayer", same},
                                                       {"Dense", dense},
                                                       {"Conv1D", convolution},
                                                       {"Conv2D", convolution},
                                                       {"Conv3D", convolution},
                                                       {"SeparableConv1D", convolution},
                                                       {"SeparableConv2D", convolution},
                                                       {"DepthwiseConv1D", depthwise_convolution},
                                                       {"DepthwiseConv2D", depthwise_convolution},
                                                       {"Conv1DTranspose", transposed_convolution},
                                                       {"Conv2DTranspose", transposed_convolution},
                                                       {"MaxPooling1D", pool},
                                                       {"MaxPooling2D", pool},
                                                       {"MaxPooling3D", pool},
                                                       {"AveragePooling1D", pool},
                                                       {"AveragePooling2D", pool},
                                                       {"AveragePooling3D", pool},
                                                       {"GlobalMaxPooling1D", global_pool},
                                                       {"GlobalMaxPooling2D", global_pool},
                                                       {"GlobalAveragePooling1D", global_pool},
                                                       {"GlobalAveragePooling2D", global_pool},
                                                       {"Flatten", flatten},
                                                       {"Reshape", reshape},
                                                       {"Permute", permute},
                                                       {"RepeatVector", repeat},
                                                       {"Dropout", same},
                                                       {"SpatialDropout1D", same},
                                                       {"SpatialDropout2D", same},
                                                       {"SpatialDropout3D", same},
                                                       {"GaussianNoise", same},
                                                       {"GaussianDropout", same},
                                                       {"AlphaDropout", same},
                                                       {"BatchNormalization", same},
                                                       {"LayerNormalization", same},
                                                       {"Activation", same},
                                                       {"LeakyReLU", same},
                                                       {"PReLU", same},
                                                       {"ELU", same},
                                                       {"ReLU", same},
                                                       {"ThresholdedReLU", same},
                                                       {"Softmax", same},
                                                       {"Masking", same},
                                                       {"Rescaling", same},
                                                       {"Normalization", same},
                                                       {"ActivityRegularization", same},
                                                       {"Embedding", embedding},
                                                       {"LSTM", recurrent},
                                                       {"GRU", recurrent},
                                                       {"SimpleRNN", recurrent},
                                                       {"CuDNNLSTM", recurrent},
                                                       {"CuDNNGRU", recurrent},
                                                       {"Bidirectional", bidirectional},
                                                       {"TimeDistributed", time_distributed},
                                                       {"Add", merge},
                                                       {"Subtract", merge},
                                                       {"Multiply", merge},
                                                       {"Average", merge},
                                                       {"Maximum", merge},
                                                       {"Minimum", merge},
                                                       {"Concatenate", concatenate},
                                                       {"ZeroPadding1D", zero_padding},
                                                       {"ZeroPadding2D", zero_padding},
                                                       {"Cropping1D", cropping},
                                                       {"Cropping2D", cropping},
                                                       {"UpSampling1D", up_sampling},
                                                       {"UpSampling2D", up_sampling}};
  return kRules;
}

}  // namespace

bool has_shape_rule(std::string_view class_name) { return rules().contains(class_name); }

ShapeOutcome output_shape(const LayerSpec& layer, std::span<const Shape> inputs) {
  const auto rule = rules().find(layer.class_name);
  if (rule == rules().end()) return {};
  if (inputs.empty()) return refuse(layer, "has no input");
  return rule->second(layer, inputs);
}

LayerSpec wrapped_layer(const LayerSpec& wrapper) {
  const auto found = wrapper.attributes.find("layer");
  const bool complete = found != wrapper.attributes.end() && found->is_object() &&
                        found->contains("class") && (*found)["class"].is_string() &&
                        found->contains("attributes") && (*found)["attributes"].is_object();
  if (!complete) {
    throw support::InputError(fmt::format("{}: the wrapped layer is missing", describe(wrapper)));
  }
  LayerSpec inner;
  inner.class_name = (*found)["class"].get<std::string>();
  inner.attributes = (*found)["attributes"];
  inner.name = wrapper.name;
  inner.line = wrapper.line;
  inner.file = wrapper.file;
  return inner;
}

}  // namespace dlfix::trainer
