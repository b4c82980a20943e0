#include "trainer/torch/network.h"

#include <algorithm>

#include "trainer/torch/failure.h"
#include "trainer/torch/initializers.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

std::string supported_set() {
  std::string text = "InputLayer";
  for (const auto& [name, type] : layer_table()) text += ", " + name;
  return text;
}

bool is_input(const LayerSpec& layer) { return layer.class_name == "InputLayer"; }

// Runs `make`; a failure in it names the layer.
template <class F>
auto at_layer(const ModelSpec& model, std::size_t index, F make) {
  try {
    return make();
  } catch (const TrainingFailure& failure) {
    throw TrainingFailure(failure.status(), describe_layer(model, index) + ": " + failure.what());
  } catch (const json::exception& error) {
    fail_as_crash(describe_layer(model, index) + ": attribute of a wrong type: " + error.what());
  }
}

// The layer of that name is nothing but a regulariser.
json activity_regularizer(const LayerSpec& layer) {
  if (layer.class_name != "ActivityRegularization") {
    return layer.attributes.value("activity_regularizer", json());
  }
  return {{"class", "l1_l2"},
          {"l1", layer.attributes.value("l1", 0.0)},
          {"l2", layer.attributes.value("l2", 0.0)}};
}

Tensor draw_weight(const WeightSpec& spec, const std::vector<std::uint64_t>& seeds,
                   std::uint32_t item) {
  const auto replicas = static_cast<std::int64_t>(seeds.size());
  const std::int64_t count = element_count(spec.shape);
  Tensor drawn = at::empty({replicas, count}, at::kFloat);
  for (std::int64_t r = 0; r < replicas; ++r) {
    const json& initializer = spec.initializer.at(r);
    auto values = initial_values(initializer, spec.shape,
                                 PhiloxStream(seeds[r], RandomPurpose::kInitialWeights, item, 0));
    if (spec.gated_ones) {
      std::fill(values.begin() + count / 4, values.begin() + count / 2, 1.0F);
    }
    std::copy(values.begin(), values.end(), drawn.data_ptr<float>() + r * count);
  }
  return drawn;
}

}  // namespace

std::string describe_layer(const ModelSpec& model, std::size_t index) {
  const LayerSpec& layer = model.layers.at(index);
  std::string text = "layer " + std::to_string(index) + " (" + layer.class_name;
  if (layer.line > 0) text += ", line " + std::to_string(layer.line);
  return text + ")";
}

Penalty penalty_of(const json& regularizer) {
  if (regularizer.is_null()) return {};
  const std::string name =
      regularizer.is_string() ? regularizer.get<std::string>() : regularizer.value("class", "");
  if (regularizer.is_string()) {
    if (name == "l1") return {0.01, 0};
    if (name == "l2") return {0, 0.01};
    if (name == "l1_l2") return {0.01, 0.01};
  } else if (name == "l1" || name == "l2" || name == "l1_l2") {
    return {regularizer.value("l1", 0.0), regularizer.value("l2", 0.0)};
  }
  fail_as_unsupported("regulariser " + regularizer.dump() +
                      " is not supported (l1, l2, l1_l2 are)");
}

Network::Network(std::vector<const ModelSpec*> models, std::vector<Shape> inputs,
                 const Profile& profile)
    : models_(std::move(models)), profile_(&profile) {
  const ModelSpec& model = *models_.at(0);
  if (model.outputs.size() != 1) {
    fail_as_unsupported("models with " + std::to_string(model.outputs.size()) +
                        " outputs are not supported, only with one");
  }
  layers_.resize(model.layers.size());
  built_.assign(model.layers.size(), false);
  regularised_.assign(model.layers.size(), false);
  for (std::size_t i = 0; i < layers_.size(); ++i) make_layer(i);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const NodeRef node =
        k < model.inputs.size() ? model.inputs[k] : NodeRef{-1, static_cast<std::int64_t>(k)};
    slots_.push_back({node, slot_shapes_.size()});
    slot_shapes_.push_back(inputs[k]);
    slot_masked_.push_back(false);
  }
  output_slot_ = slot_of(model.outputs[0], inputs);
  output_shape_ = slot_shapes_[output_slot_];
  if (slot_masked_[output_slot_]) {
    fail_as_unsupported("the model's output carries a mask, which its loss would use");
  }
  place_weights();
  find_penalties();
  find_constraints();
  if (inputs.size() == 1) find_chain();
}

void Network::find_chain() {
  Chain chain;
  std::size_t slot = 0;
  std::vector<bool> seen(layers_.size(), false);
  bool has_product = false;
  for (std::size_t c = 0; c < calls_.size(); ++c) {
    const Call& call = calls_[c];
    const auto* form = dynamic_cast<const ExplicitLayer*>(layers_[call.layer].get());
    const bool follows = call.inputs.size() == 1 && call.inputs[0] == slot && !seen[call.layer];
    if (form == nullptr || !form->is_explicit() || !follows || slot_masked_[call.output]) return;
    seen[call.layer] = true;
    slot = call.output;
    if (form->has_product()) {
      chain.last_product = c;
      has_product = true;
    }
    chain.calls.push_back({call.layer, static_cast<std::uint32_t>(c), form});
  }
  const bool ends_in_activations =
      std::all_of(chain.calls.begin() + static_cast<std::ptrdiff_t>(chain.last_product) + 1,
                  chain.calls.end(), [](const ChainCall& c) { return c.form->is_activation(); });
  if (has_product && slot == output_slot_ && ends_in_activations) chain_ = std::move(chain);
}

std::vector<Tensors> Network::gradient_views(const Tensor& gradients) const {
  std::vector<Tensors> views(layers_.size());
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    if (built_[layer]) views[layer].resize(layers_[layer]->weights().size());
  }
  for (const WeightPlace& place : trainable_) {
    views[place.layer][place.index] = gradients.narrow(1, place.offset, place.count)
                                          .view(with_leading({replicas()}, spec(place).shape));
  }
  return views;
}

void Network::make_layer(std::size_t index) {
  const ModelSpec& model = *models_[0];
  const LayerSpec& layer = model.layers[index];
  if (is_input(layer)) return;
  const auto type = layer_table().find(layer.class_name);
  if (type == layer_table().end()) {
    fail_as_unsupported(describe_layer(model, index) +
                        " is not supported; supported: " + supported_set());
  }
  LayerArgs args;
  args.profile = profile_;
  for (const ModelSpec* replica : models_) args.specs.push_back(&replica->layers.at(index));
  layers_[index] = at_layer(model, index, [&] { return type->second.make(args); });
  for (const LayerSpec* spec : args.specs) {
    if (!activity_regularizer(*spec).is_null()) regularised_[index] = true;
  }
}

std::size_t Network::slot_of(const NodeRef& node, const std::vector<Shape>& inputs) {
  for (const auto& [known, slot] : slots_) {
    if (known == node) return slot;
  }
  if (node.layer < 0 || node.layer >= static_cast<std::int64_t>(layers_.size())) {
    fail_as_crash("the model refers to an input that it does not have");
  }
  if (std::find(open_.begin(), open_.end(), node) != open_.end()) {
    fail_as_crash("the model's graph has a cycle");
  }
  open_.push_back(node);
  const std::size_t slot = add_call(node, inputs);
  open_.pop_back();
  return slot;
}

std::size_t Network::add_call(const NodeRef& node, const std::vector<Shape>& inputs) {
  const auto index = static_cast<std::size_t>(node.layer);
  const LayerSpec& layer = models_[0]->layers[index];
  if (node.call < 0 || node.call >= static_cast<std::int64_t>(layer.inbound.size())) {
    fail_as_crash(describe_layer(*models_[0], index) + ": no such call of the layer");
  }
  Call call;
  call.layer = index;
  std::vector<Shape> shapes;
  for (const NodeRef& source : layer.inbound[static_cast<std::size_t>(node.call)]) {
    call.inputs.push_back(slot_of(source, inputs));
    shapes.push_back(slot_shapes_[call.inputs.back()]);
  }
  call.output = slot_shapes_.size();
  slot_shapes_.emplace_back();
  slot_masked_.push_back(false);
  build_layer(index, shapes, call.output);
  follow_mask(call);
  slots_.push_back({node, call.output});
  calls_.push_back(std::move(call));
  return calls_.back().output;
}

void Network::build_layer(std::size_t index, const std::vector<Shape>& shapes, std::size_t slot) {
  const ModelSpec& model = *models_[0];
  if (is_input(model.layers[index])) {
    fail_as_crash(describe_layer(model, index) + " is not among the model's inputs");
  }
  if (shapes.empty()) fail_as_crash(describe_layer(model, index) + " has no input");
  if (!built_[index]) {
    slot_shapes_[slot] = at_layer(model, index, [&] { return layers_[index]->build(shapes); });
    built_[index] = true;
  } else {
    // A shared layer: a second object of the same settings tells the shape of this call.
    LayerArgs args{{&model.layers[index]}, profile_};
    const auto again = layer_table().at(model.layers[index].class_name).make(args);
    slot_shapes_[slot] = at_layer(model, index, [&] { return again->build(shapes); });
  }
  for (std::int64_t dimension : slot_shapes_[slot]) {
    if (dimension <= 0) {
      fail_as_crash(describe_layer(model, index) + ": its output would have a dimension of " +
                    std::to_string(dimension));
    }
  }
  activation_count_ += element_count(slot_shapes_[slot]);
}

void Network::follow_mask(const Call& call) {
  const MaskRule rule = layers_[call.layer]->mask_rule();
  const bool masked = std::any_of(call.inputs.begin(), call.inputs.end(),
                                  [&](std::size_t slot) { return slot_masked_[slot]; });
  if (masked && rule == MaskRule::kRefuses) {
    fail_as_unsupported(describe_layer(*models_[0], call.layer) +
                        ": an input with a mask is not supported");
  }
  slot_masked_[call.output] = rule == MaskRule::kMakes || (masked && rule == MaskRule::kPasses);
}

void Network::place_weights() {
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    if (!built_[layer]) continue;
    const auto& specs = layers_[layer]->weights();
    const bool frozen = models_[0]->layers[layer].attributes.value("trainable", true) == false;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const bool trainable = specs[i].trainable && !frozen;
      std::int64_t& total = trainable ? parameter_count_ : state_count_;
      const std::int64_t count = element_count(specs[i].shape);
      (trainable ? trainable_ : moving_).push_back({layer, i, total, count});
      total += count;
    }
  }
}

void Network::find_penalties() {
  for (const WeightPlace& place : trainable_) add_penalty(place);
  if (!profile_->frozen_weights_are_penalised) return;
  for (const WeightPlace& place : moving_) add_penalty(place);
}

void Network::add_penalty(const WeightPlace& place) {
  WeightPenalty penalty{place, {}, {}};
  bool any = false;
  for (const json& regularizer : spec(place).regularizer) {
    const Penalty own = at_layer(*models_[0], place.layer, [&] { return penalty_of(regularizer); });
    penalty.l1.push_back(own.l1);
    penalty.l2.push_back(own.l2);
    any = any || own.l1 != 0 || own.l2 != 0;
  }
  if (any) penalties_.push_back(std::move(penalty));
}

void Network::find_constraints() {
  for (const WeightPlace& place : trainable_) {
    const WeightSpec& weight = spec(place);
    for (std::size_t r = 0; r < weight.constraint.size(); ++r) {
      const json& constraint = weight.constraint[r];
      if (constraint.is_null()) continue;
      constraints_.push_back({place, static_cast<std::int64_t>(r), constraint});
    }
  }
}

const WeightSpec& Network::spec(const WeightPlace& place) const {
  return layers_[place.layer]->weights()[place.index];
}

Weights Network::initial_weights(const std::vector<std::uint64_t>& seeds,
                                 const at::Device& device) const {
  Tensor parameters = at::empty({replicas(), parameter_count_}, at::kFloat);
  Tensor state = at::empty({replicas(), state_count_}, at::kFloat);
  const auto fill = [&](const std::vector<WeightPlace>& places, const Tensor& target) {
    for (const WeightPlace& place : places) {
      const auto item = static_cast<std::uint32_t>(place.layer * 64 + place.index);
      const Tensor drawn =
          at_layer(*models_[0], place.layer, [&] { return draw_weight(spec(place), seeds, item); });
      target.narrow(1, place.offset, place.count).copy_(drawn);
    }
  };
  fill(trainable_, parameters);
  fill(moving_, state);
  return bind(parameters.to(device), state.to(device));
}

Weights Network::bind(Tensor parameters, Tensor state) const {
  Weights weights;
  weights.parameters = std::move(parameters);
  weights.state = std::move(state);
  weights.by_layer.resize(layers_.size());
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    if (built_[layer]) weights.by_layer[layer].resize(layers_[layer]->weights().size());
  }
  const auto view = [&](const WeightPlace& place, const Tensor& flat) {
    Tensor part = flat.narrow(1, place.offset, place.count)
                      .view(with_leading({replicas()}, spec(place).shape))
                      .detach();
    weights.by_layer[place.layer][place.index] = part;
    return part;
  };
  for (const WeightPlace& place : trainable_) {
    weights.trainable.push_back(view(place, weights.parameters).set_requires_grad(true));
  }
  for (const WeightPlace& place : moving_) view(place, weights.state);
  return weights;
}

std::pair<Tensor, Tensor> Network::activity_factors(std::size_t layer,
                                                    const at::Device& device) const {
  std::vector<double> l1;
  std::vector<double> l2;
  for (const ModelSpec* model : models_) {
    const Penalty penalty = penalty_of(activity_regularizer(model->layers[layer]));
    l1.push_back(penalty.l1);
    l2.push_back(penalty.l2);
  }
  return {float_tensor(l1, device), float_tensor(l2, device)};
}

Tensor Network::activity_penalty(std::size_t layer, const Tensor& output) const {
  const auto [l1, l2] = activity_factors(layer, output.device());
  const Tensor flat = output.reshape({output.size(0), -1});
  const Tensor sum = l1 * flat.abs().sum(1) + l2 * (flat * flat).sum(1);
  return sum / output.size(1);
}

Tensor Network::activity_gradient(std::size_t layer, const Tensor& output) const {
  const auto [l1, l2] = activity_factors(layer, output.device());
  const Tensor sum = output.sign() * per_replica(l1, output) + output * per_replica(l2 * 2, output);
  return sum / output.size(1);
}

Value Network::forward(const Tensors& inputs, const Weights& weights,
                       const ForwardContext& context) const {
  std::vector<Value> values(slot_shapes_.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) values[k].tensor = inputs[k];
  CallContext call_context;
  call_context.training = context.training;
  call_context.profile = profile_;
  call_context.seeds = context.seeds;
  call_context.step = context.step;
  call_context.gathered = context.gathered;
  std::vector<Value> sources;
  for (std::size_t c = 0; c < calls_.size(); ++c) {
    const Call& call = calls_[c];
    sources.clear();
    for (std::size_t slot : call.inputs) sources.push_back(values[slot]);
    call_context.weights = &weights.by_layer[call.layer];
    call_context.stream = static_cast<std::uint32_t>(c);
    const std::size_t gathered = context.gathered != nullptr ? context.gathered->size() : 0;
    values[call.output] = layers_[call.layer]->call(sources, call_context);
    if (context.gathered != nullptr && context.gathered->size() > gathered) {
      context.gathered->back().layer = call.layer;
    }
    if (!slot_masked_[call.output]) {
      values[call.output].mask = Tensor();
    } else if (!values[call.output].mask.defined()) {
      values[call.output].mask = sources[0].mask;
    }
    const Tensor& output = values[call.output].tensor;
    if (context.outputs != nullptr) (*context.outputs)[call.layer] = output;
    if (context.penalty != nullptr && regularised_[call.layer]) {
      const Tensor penalty = activity_penalty(call.layer, output);
      *context.penalty = context.penalty->defined() ? *context.penalty + penalty : penalty;
    }
  }
  return values[output_slot_];
}

}  // namespace dlfix::trainer
