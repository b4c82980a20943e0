#include "trainer/torch/constraints.h"

#include <algorithm>

#include "trainer/torch/failure.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

constexpr double kEpsilon = 1e-7;

Tensor norm_over(const Tensor& w, const json& constraint) {
  std::vector<std::int64_t> axes;
  const json axis = constraint.value("axis", json(0));
  if (axis.is_array()) {
    axes = axis.get<std::vector<std::int64_t>>();
  } else {
    axes.push_back(axis.get<std::int64_t>());
  }
  return (w * w).sum(axes, true).sqrt_();
}

// `w`: one weight of one replica, in Keras's shape.
Tensor constrained(const Tensor& w, const json& constraint) {
  const std::string name =
      constraint.is_string() ? constraint.get<std::string>() : constraint.value("class", "");
  const json options = constraint.is_object() ? constraint : json::object();
  if (name == "non_neg") return w * (w >= 0).to(w.scalar_type());
  const Tensor norm = norm_over(w, options);
  if (name == "unit_norm") return w / (norm + kEpsilon);
  if (name == "max_norm") {
    return w * (at::clamp(norm, 0, options.value("max_value", 2.0)) / (norm + kEpsilon));
  }
  if (name == "min_max_norm") {
    const double rate = options.value("rate", 1.0);
    const Tensor wanted =
        at::clamp(norm, options.value("min_value", 0.0), options.value("max_value", 1.0)) * rate +
        norm * (1 - rate);
    return w * (wanted / (norm + kEpsilon));
  }
  fail_as_unsupported("constraint " + constraint.dump() +
                      " is not supported (max_norm, min_max_norm, non_neg, unit_norm are)");
}

bool is_frozen(const Network& network, const WeightPlace& place) {
  return std::any_of(network.moving().begin(), network.moving().end(), [&](const auto& other) {
    return other.layer == place.layer && other.index == place.index;
  });
}

}  // namespace

void apply_constraints(const Network& network, const Tensor& parameters) {
  for (const WeightConstraint& own : network.constraints()) {
    const Tensor flat =
        parameters.select(0, own.replica).narrow(0, own.place.offset, own.place.count);
    const Tensor weight = flat.view(network.spec(own.place).shape);
    flat.copy_(constrained(weight, own.constraint).reshape(-1));
  }
}

void add_penalty_gradients(const Network& network, const Weights& weights, Tensor& gradients) {
  for (const WeightPenalty& penalty : network.penalties()) {
    if (is_frozen(network, penalty.place)) continue;
    const WeightPlace& place = penalty.place;
    const Tensor w = weights.parameters.narrow(1, place.offset, place.count);
    const Tensor l1 = float_tensor(penalty.l1, w.device());
    const Tensor l2 = float_tensor(penalty.l2, w.device());
    gradients.narrow(1, place.offset, place.count)
        .add_(w.sign() * l1.unsqueeze(1) + w * (l2.unsqueeze(1) * 2));
  }
}

Tensor weight_penalties(const Network& network, const Weights& weights) {
  Tensor total;
  for (const WeightPenalty& penalty : network.penalties()) {
    const WeightPlace& place = penalty.place;
    const Tensor& numbers = is_frozen(network, penalty.place) ? weights.state : weights.parameters;
    const Tensor w = numbers.narrow(1, place.offset, place.count);
    const Tensor l1 = float_tensor(penalty.l1, w.device());
    const Tensor l2 = float_tensor(penalty.l2, w.device());
    const Tensor value = l1 * w.abs().sum(1) + l2 * (w * w).sum(1);
    total = total.defined() ? total + value : value;
  }
  return total;
}

}  // namespace dlfix::trainer
