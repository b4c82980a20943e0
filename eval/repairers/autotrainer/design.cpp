#include "eval/repairers/autotrainer/design.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "mapping/program/layer_graph.h"

namespace dlfix::eval::autotrainer {
namespace {

std::string marker(std::size_t layer) { return "autotrainer layer " + std::to_string(layer); }

}  // namespace

Design make_design(trainer::ModelSpec model, trainer::CompileSpec compile, trainer::FitSpec fit) {
  Design design{std::move(model), std::move(compile), std::move(fit), {}, {}};
  design.program_layer.resize(design.model.layers.size());
  std::iota(design.program_layer.begin(), design.program_layer.end(), 0);
  return continued(std::move(design));
}

Design continued(Design design) {
  design.source_layer.resize(design.model.layers.size());
  std::iota(design.source_layer.begin(), design.source_layer.end(), 0);
  return design;
}

void insert_layers(Design& design, const std::vector<Insertion>& insertions) {
  // Layers are found again by names that the graph does not change.
  trainer::ModelSpec marked = design.model;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < marked.layers.size(); ++i) {
    marked.layers[i].name = marker(i);
    places[marker(i)] = i;
  }
  mapping::LayerGraph graph(marked);
  for (const Insertion& insertion : insertions) {
    const auto layer = static_cast<std::int64_t>(insertion.layer);
    if (insertion.side == Side::kBefore) {
      graph.insert_before(layer, insertion.added);
    } else {
      graph.insert_behind(layer, insertion.added);
    }
  }
  Design result = design;
  result.model = graph.model();
  result.program_layer.clear();
  result.source_layer.clear();
  for (trainer::LayerSpec& layer : result.model.layers) {
    const auto known = places.find(layer.name);
    const bool old = known != places.end();
    result.program_layer.push_back(old ? design.program_layer[known->second] : -1);
    result.source_layer.push_back(old ? design.source_layer[known->second] : -1);
    if (old) layer.name = design.model.layers[known->second].name;
  }
  design = std::move(result);
}

bool is_activation_layer(const trainer::LayerSpec& layer) {
  static constexpr std::array kClasses{"Activation", "LeakyReLU",       "ELU",
                                       "Softmax",    "ThresholdedReLU", "ReLU"};
  return std::ranges::find(kClasses, layer.class_name) != kClasses.end();
}

std::vector<std::size_t> readers(const trainer::ModelSpec& model, std::size_t layer) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    for (const auto& call : model.layers[i].inbound) {
      const bool reads = std::ranges::any_of(call, [&](const trainer::NodeRef& node) {
        return node.layer == static_cast<std::int64_t>(layer);
      });
      if (reads && (found.empty() || found.back() != i)) found.push_back(i);
    }
  }
  return found;
}

}  // namespace dlfix::eval::autotrainer
