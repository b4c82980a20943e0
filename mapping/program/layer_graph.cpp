#include "mapping/program/layer_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "trainer/support/errors.h"

namespace dlfix::mapping {

using trainer::LayerSpec;
using trainer::NodeRef;

LayerSpec new_layer(std::string class_name, std::string name, nlohmann::json attributes) {
  LayerSpec layer;
  layer.class_name = std::move(class_name);
  layer.name = std::move(name);
  layer.attributes = std::move(attributes);
  return layer;
}

LayerSpec batch_normalization_layer() {
  return new_layer("BatchNormalization", "batch_normalization",
                   {{"axis", -1},
                    {"momentum", 0.99},
                    {"epsilon", 0.001},
                    {"center", true},
                    {"scale", true},
                    {"beta_initializer", {{"class", "zeros"}}},
                    {"gamma_initializer", {{"class", "ones"}}},
                    {"moving_mean_initializer", {{"class", "zeros"}}},
                    {"moving_variance_initializer", {{"class", "ones"}}},
                    {"beta_regularizer", nullptr},
                    {"gamma_regularizer", nullptr},
                    {"beta_constraint", nullptr},
                    {"gamma_constraint", nullptr}});
}

LayerGraph::LayerGraph(const trainer::ModelSpec& model) : frame_(model) {
  for (const auto& layer : model.layers) {
    order_.push_back(next_);
    layers_[next_++] = layer;
  }
  frame_.layers.clear();
}

std::string LayerGraph::unique_name(const std::string& base) const {
  const auto taken = [this](const std::string& name) {
    return std::any_of(layers_.begin(), layers_.end(),
                       [&](const auto& entry) { return entry.second.name == name; });
  };
  if (!taken(base)) return base;
  for (int number = 2;; ++number) {
    std::string name = fmt::format("{}_{}", base, number);
    if (!taken(name)) return name;
  }
}

std::int64_t LayerGraph::add_after(std::int64_t position_of, LayerSpec layer, bool before) {
  layer.name = unique_name(layer.name);
  const std::int64_t index = next_++;
  layers_[index] = std::move(layer);
  const auto place = std::find(order_.begin(), order_.end(), position_of);
  order_.insert(before ? place : place + 1, index);
  return index;
}

void LayerGraph::redirect(NodeRef from, NodeRef to, std::int64_t except) {
  for (auto& [index, layer] : layers_) {
    if (index == except) continue;
    for (auto& call : layer.inbound) std::replace(call.begin(), call.end(), from, to);
  }
  std::replace(frame_.outputs.begin(), frame_.outputs.end(), from, to);
}

std::int64_t LayerGraph::insert_before(std::int64_t index, LayerSpec layer) {
  layer.inbound.clear();
  for (const auto& call : layers_.at(index).inbound) {
    if (call.empty()) {
      throw support::InputError(
          fmt::format("nothing can be put before {}, it has no input", layers_.at(index).name));
    }
    layer.inbound.push_back({call.front()});
  }
  const std::int64_t added = add_after(index, std::move(layer), true);
  std::int64_t number = 0;
  for (auto& call : layers_.at(index).inbound) call.front() = {added, number++};
  return added;
}

std::int64_t LayerGraph::insert_behind(std::int64_t index, LayerSpec layer) {
  const auto calls = static_cast<std::int64_t>(layers_.at(index).inbound.size());
  layer.inbound.clear();
  for (std::int64_t call = 0; call < calls; ++call) layer.inbound.push_back({{index, call}});
  const std::int64_t added = add_after(index, std::move(layer), false);
  for (std::int64_t call = 0; call < calls; ++call) redirect({index, call}, {added, call}, added);
  return added;
}

void LayerGraph::remove(std::int64_t index) {
  const LayerSpec layer = layers_.at(index);
  for (std::size_t call = 0; call < layer.inbound.size(); ++call) {
    if (layer.inbound[call].size() != 1) {
      throw support::InputError(
          fmt::format("{} cannot be left out, it has several inputs", layer.name));
    }
    redirect({index, static_cast<std::int64_t>(call)}, layer.inbound[call].front(), index);
  }
  layers_.erase(index);
  order_.erase(std::find(order_.begin(), order_.end(), index));
}

void LayerGraph::repeat(std::int64_t index, std::int64_t copies) {
  std::int64_t last = index;
  for (std::int64_t copy = 0; copy < copies; ++copy) last = insert_behind(last, layers_.at(index));
}

int LayerGraph::depth(std::int64_t index, std::map<std::int64_t, int>& known) const {
  if (const auto found = known.find(index); found != known.end()) return found->second;
  int result = 0;
  for (const auto& [reader, layer] : layers_) {
    for (const auto& call : layer.inbound) {
      const bool reads = std::any_of(call.begin(), call.end(),
                                     [index](const NodeRef& node) { return node.layer == index; });
      if (reads) result = std::max(result, depth(reader, known) + 1);
    }
  }
  return known[index] = result;
}

void LayerGraph::visit(std::int64_t index, std::vector<std::int64_t>& visited) const {
  if (index < 0 || std::find(visited.begin(), visited.end(), index) != visited.end()) return;
  visited.push_back(index);
  for (const auto& call : layers_.at(index).inbound) {
    for (const auto& node : call) visit(node.layer, visited);
  }
}

std::vector<std::int64_t> LayerGraph::keras_order() const {
  const bool functional = !frame_.inputs.empty() && frame_.inputs.front().layer >= 0;
  const bool shared = std::any_of(layers_.begin(), layers_.end(), [](const auto& entry) {
    return entry.second.inbound.size() > 1;
  });
  if (!functional || shared) return order_;
  std::vector<std::int64_t> order;
  for (const auto& output : frame_.outputs) visit(output.layer, order);
  if (order.size() != order_.size()) return order_;
  std::map<std::int64_t, int> depths;
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return depth(a, depths) > depth(b, depths);
  });
  return order;
}

trainer::ModelSpec LayerGraph::model() const {
  const auto order = keras_order();
  std::map<std::int64_t, std::int64_t> place;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    place[order[rank]] = static_cast<std::int64_t>(rank);
  }
  const auto renumber = [&](NodeRef& node) {
    if (node.layer >= 0) node.layer = place.at(node.layer);
  };
  trainer::ModelSpec model = frame_;
  for (auto& node : model.inputs) renumber(node);
  for (auto& node : model.outputs) renumber(node);
  for (const auto index : order) {
    LayerSpec layer = layers_.at(index);
    for (auto& call : layer.inbound) std::for_each(call.begin(), call.end(), renumber);
    model.layers.push_back(std::move(layer));
  }
  return model;
}

}  // namespace dlfix::mapping
