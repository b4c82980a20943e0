#include "trainer/torch/weights_exchange.h"

#include <algorithm>

#include "trainer/torch/failure.h"

namespace dlfix::trainer {
namespace {

std::string weight_name(std::int64_t layer, const WeightSpec& spec) {
  return std::to_string(layer) + "/" + spec.name;
}

Tensor place_of(const Tensor& flat, std::int64_t replica, const WeightPlace& place) {
  return flat.detach().select(0, replica).narrow(0, place.offset, place.count);
}

}  // namespace

std::vector<NamedWeight> weights_of(const Network& network, const Weights& weights,
                                    std::int64_t replica) {
  std::vector<NamedWeight> named;
  const auto add = [&](const std::vector<WeightPlace>& places, const Tensor& flat) {
    for (const WeightPlace& place : places) {
      const Tensor numbers = place_of(flat, replica, place).to(at::kCPU, at::kFloat).contiguous();
      const WeightSpec& spec = network.spec(place);
      named.push_back({weight_name(static_cast<std::int64_t>(place.layer), spec),
                       spec.shape,
                       {numbers.data_ptr<float>(), numbers.data_ptr<float>() + numbers.numel()}});
    }
  };
  add(network.trainable(), weights.parameters);
  add(network.moving(), weights.state);
  return named;
}

void take_weights(const Network& network, Weights& weights, std::int64_t replica,
                  const StartingWeights& start) {
  const std::vector<NamedWeight> given = read_weights(start.file);
  const auto fill = [&](const std::vector<WeightPlace>& places, const Tensor& flat) {
    for (const WeightPlace& place : places) {
      const std::int64_t source =
          place.layer < start.layers.size() ? start.layers[place.layer] : -1;
      if (source < 0) continue;
      const WeightSpec& spec = network.spec(place);
      const auto found = std::ranges::find(given, weight_name(source, spec), &NamedWeight::name);
      if (found == given.end() || found->shape != spec.shape) {
        fail_as_crash(describe_layer(network.model(replica), place.layer) +
                      " cannot begin with the weights of layer " + std::to_string(source) +
                      " of another model: its " + spec.name + " is not there in this shape");
      }
      place_of(flat, replica, place)
          .copy_(
              at::from_blob(const_cast<float*>(found->values.data()), {place.count}, at::kFloat));
    }
  };
  fill(network.trainable(), weights.parameters);
  fill(network.moving(), weights.state);
}

}  // namespace dlfix::trainer
