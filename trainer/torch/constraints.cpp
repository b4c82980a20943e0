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

}  // namespace

void apply_constraints(const Network& network, const Tensor& parameters) {
  for (const WeightConstraint& own : network.constraints()) {
    const Tensor flat =
        parameters.select(0, own.replica).narrow(0, own.place.offset, own.place.count);
    const Tensor weight = flat.view(network.spec(own.place).shape);
    flat.copy_(constrained(weight, own.constraint).reshape(-1));
  }
}

}  // namespace dlfix::trainer
