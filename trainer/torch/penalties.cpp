#include "trainer/torch/penalties.h"

#include <algorithm>
#include <cmath>

namespace dlfix::trainer {
namespace {

constexpr std::int64_t kLanes = 4;

struct Sums {
  double sizes = 0;
  double squares = 0;
};

// One pass over a replica's weight; `g` may be null. Lanes, so that it can be vectorised.
Sums sweep(const float* w, float* g, std::int64_t count, float l1, float l2) {
  double sizes[kLanes] = {};
  double squares[kLanes] = {};
  const auto add = [&](std::int64_t i, std::int64_t lane) {
    sizes[lane] += std::fabs(w[i]);
    squares[lane] += double(w[i]) * w[i];
  };
  const std::int64_t whole = count - count % kLanes;
  for (std::int64_t i = 0; i < whole; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) add(i + lane, lane);
  }
  for (std::int64_t i = whole; i < count; ++i) add(i, 0);
  if (g != nullptr) {
#pragma GCC ivdep
    for (std::int64_t i = 0; i < count; ++i) {
      const float sign = static_cast<float>(w[i] > 0) - static_cast<float>(w[i] < 0);
      g[i] += sign * l1 + w[i] * (l2 * 2);
    }
  }
  return {sizes[0] + sizes[1] + sizes[2] + sizes[3],
          squares[0] + squares[1] + squares[2] + squares[3]};
}

// In blocks that stay in the nearest cache between the two loops of a sweep.
Sums sweep_blocks(const float* w, float* g, std::int64_t count, float l1, float l2) {
  constexpr std::int64_t kBlock = 2048;
  Sums total;
  for (std::int64_t first = 0; first < count; first += kBlock) {
    const Sums own = sweep(w + first, g == nullptr ? nullptr : g + first,
                           std::min(kBlock, count - first), l1, l2);
    total.sizes += own.sizes;
    total.squares += own.squares;
  }
  return total;
}

Tensor add_on_processor(const WeightPenalty& penalty, const Tensor& w, const Tensor& gradients) {
  Tensor values = at::empty({w.size(0)}, at::kFloat);
  for (std::int64_t r = 0; r < w.size(0); ++r) {
    const auto l1 = static_cast<float>(penalty.l1[static_cast<std::size_t>(r)]);
    const auto l2 = static_cast<float>(penalty.l2[static_cast<std::size_t>(r)]);
    const std::int64_t offset = penalty.place.offset;
    float* g = gradients.defined() ? gradients.data_ptr<float>() + r * gradients.stride(0) + offset
                                   : nullptr;
    const Sums sums = sweep_blocks(w.data_ptr<float>() + r * w.stride(0), g, w.size(1), l1, l2);
    values.data_ptr<float>()[r] = static_cast<float>(l1 * sums.sizes + l2 * sums.squares);
  }
  return values;
}

Tensor add_as_tensors(const WeightPenalty& penalty, const Tensor& w, const Tensor& gradients) {
  const Tensor l1 = float_tensor(penalty.l1, w.device());
  const Tensor l2 = float_tensor(penalty.l2, w.device());
  if (gradients.defined()) {
    gradients.narrow(1, penalty.place.offset, penalty.place.count)
        .add_(w.sign() * l1.unsqueeze(1) + w * (l2.unsqueeze(1) * 2));
  }
  return l1 * w.abs().sum(1) + l2 * (w * w).sum(1);
}

bool is_frozen(const Network& network, const WeightPlace& place) {
  return std::any_of(network.moving().begin(), network.moving().end(), [&](const auto& other) {
    return other.layer == place.layer && other.index == place.index;
  });
}

}  // namespace

Tensor add_penalties(const Network& network, const Weights& weights, const Tensor& gradients) {
  Tensor total;
  for (const WeightPenalty& penalty : network.penalties()) {
    const bool frozen = is_frozen(network, penalty.place);
    const Tensor& numbers = frozen ? weights.state : weights.parameters;
    const Tensor w = numbers.narrow(1, penalty.place.offset, penalty.place.count);
    const Tensor own_gradients = frozen ? Tensor() : gradients;
    const Tensor value = w.is_cpu() ? add_on_processor(penalty, w, own_gradients)
                                    : add_as_tensors(penalty, w, own_gradients);
    total = total.defined() ? total + value : value;
  }
  return total;
}

Tensor weight_penalties(const Network& network, const Weights& weights) {
  return add_penalties(network, weights, {});
}

}  // namespace dlfix::trainer
