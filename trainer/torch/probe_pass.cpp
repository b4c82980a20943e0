#include "trainer/torch/probe_pass.h"

#include <algorithm>
#include <limits>

#include "trainer/torch/penalties.h"

namespace dlfix::trainer {
namespace {

constexpr std::int64_t kPartRows = 256;

using torch::autograd::variable_list;

class Probe {
 public:
  Probe(const Group& group, const Rows& rows, const TraceSpec& spec)
      : group_(group), rows_(rows), spec_(spec) {
    const std::size_t layers = group.request(0).model.layers.size();
    numbers_.outputs.resize(layers);
    numbers_.output_gradients.resize(layers);
  }

  ProbeNumbers run(std::int64_t first, std::int64_t count) {
    first = std::min(first, rows_.count);
    count = std::min(count, rows_.count - first);
    if (count == 0) return nothing();
    for (std::int64_t at = first; at < first + count; at += kPartRows) {
      const std::int64_t size = std::min(kPartRows, first + count - at);
      part(at, size, double(size) / double(count));
    }
    finish();
    return std::move(numbers_);
  }

 private:
  // A probe that follows the batches can run past the last row.
  ProbeNumbers nothing() {
    numbers_.loss.assign(static_cast<std::size_t>(group_.replicas()),
                         std::numeric_limits<double>::quiet_NaN());
    if (spec_.gradients) {
      numbers_.gradients =
          at::full(group_.weights().parameters.sizes(), numbers_.loss[0], at::kFloat);
    }
    return std::move(numbers_);
  }

  bool backward() const { return spec_.gradients || spec_.output_gradients; }

  void part(std::int64_t first, std::int64_t size, double share) {
    at::AutoGradMode recording(backward());
    const auto index =
        at::arange(first, first + size, at::TensorOptions(group_.device()).dtype(at::kLong))
            .repeat({group_.replicas()});
    const Tensors inputs = gather_inputs(rows_, group_.input_shapes(), index, group_.replicas());
    const Tensor target = rows_.gather_floats(rows_.labels, index, group_.replicas());
    ForwardContext context;
    Tensor penalty;
    Tensors outputs(group_.request(0).model.layers.size());
    context.seeds = &group_.seeds();
    context.penalty = &penalty;
    context.outputs = &outputs;
    const Value output = group_.network().forward(inputs, group_.weights(), context);
    const BatchLoss loss = group_.head().compute(output, target, {});
    const Tensor values = penalty.defined() ? loss.values + penalty.detach() : loss.values;
    add_loss(values, share);
    if (spec_.outputs) summarise(outputs, 1, numbers_.outputs);
    if (backward()) differentiate(loss, penalty, outputs, share);
  }

  void add_loss(const Tensor& values, double share) {
    const Tensor part = values.detach().to(at::kCPU, at::kDouble) * share;
    loss_ = loss_.defined() ? loss_ + part : part;
  }

  void summarise(const Tensors& tensors, double scale,
                 std::vector<std::vector<NumberSummary>>& summaries) const {
    for (std::size_t layer = 0; layer < tensors.size(); ++layer) {
      if (!tensors[layer].defined()) continue;
      Tensor host = tensors[layer].detach().to(at::kCPU, at::kFloat);
      if (scale != 1) host = host * scale;
      host = host.contiguous();
      auto& own = summaries[layer];
      own.resize(static_cast<std::size_t>(group_.replicas()));
      const auto count = static_cast<std::size_t>(host.numel() / group_.replicas());
      for (std::size_t r = 0; r < own.size(); ++r) {
        own[r].add(host.data_ptr<float>() + r * count, count);
      }
    }
  }

  void differentiate(const BatchLoss& loss, const Tensor& penalty, const Tensors& outputs,
                     double share) {
    variable_list roots = loss.roots;
    variable_list starts = loss.starts;
    if (penalty.defined() && penalty.requires_grad()) {
      roots.push_back(penalty);
      starts.push_back(at::ones_like(penalty));
    }
    variable_list wanted;
    if (spec_.gradients) wanted = group_.weights().trainable;
    const std::size_t weights = wanted.size();
    std::vector<std::size_t> layers;
    for (std::size_t layer = 0; spec_.output_gradients && layer < outputs.size(); ++layer) {
      if (!outputs[layer].defined() || !outputs[layer].requires_grad()) continue;
      wanted.push_back(outputs[layer]);
      layers.push_back(layer);
    }
    if (roots.empty() || wanted.empty()) return;
    const auto found = torch::autograd::grad(roots, wanted, starts, {}, false, true);
    at::NoGradGuard no_gradient;
    if (spec_.gradients) {
      add_gradients({found.begin(), found.begin() + std::ptrdiff_t(weights)}, share);
    }
    // A part's mean loss counts `share` of the probe's.
    Tensors by_layer(outputs.size());
    for (std::size_t k = 0; k < layers.size(); ++k) by_layer[layers[k]] = found[weights + k];
    if (spec_.output_gradients) summarise(by_layer, share, numbers_.output_gradients);
  }

  void add_gradients(const variable_list& gradients, double share) {
    if (!numbers_.gradients.defined()) {
      numbers_.gradients = at::zeros_like(group_.weights().parameters);
    }
    const auto& places = group_.network().trainable();
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!gradients[i].defined()) continue;
      numbers_.gradients.narrow(1, places[i].offset, places[i].count)
          .add_(gradients[i].reshape({group_.replicas(), places[i].count}), share);
    }
  }

  void finish() {
    at::NoGradGuard no_gradient;
    if (spec_.gradients && !numbers_.gradients.defined()) {
      numbers_.gradients = at::zeros_like(group_.weights().parameters);
    }
    const Tensor decay = add_penalties(group_.network(), group_.weights(), numbers_.gradients);
    if (decay.defined()) loss_ = loss_ + decay.detach().to(at::kCPU, at::kDouble);
    const double* first = loss_.data_ptr<double>();
    numbers_.loss.assign(first, first + loss_.numel());
    if (numbers_.gradients.defined()) {
      numbers_.gradients = numbers_.gradients.to(at::kCPU).contiguous();
    }
  }

  const Group& group_;
  const Rows& rows_;
  const TraceSpec& spec_;
  ProbeNumbers numbers_;
  Tensor loss_;  ///< [R], double, on the host
};

}  // namespace

ProbeNumbers probe_group(const Group& group, const Rows& rows, std::int64_t first,
                         std::int64_t count, const TraceSpec& spec) {
  return Probe(group, rows, spec).run(first, count);
}

std::vector<double> probe_curvature(const Group& group, const Rows& rows, std::int64_t first,
                                    std::int64_t count, const Tensor& gradients) {
  constexpr double kStep = 0.01;
  at::NoGradGuard no_gradient;
  const Tensor norms = gradients.to(at::kDouble).norm(2, {1}, true);
  const Tensor unit = (gradients.to(at::kDouble) / norms).to(at::kFloat);
  const Tensor& parameters = group.weights().parameters;
  const Tensor kept = parameters.clone();
  // A replica without a direction stays where it is.
  parameters.add_(at::nan_to_num(unit, 0.0, 0.0, 0.0).to(parameters.device()), kStep);
  TraceSpec spec;
  spec.gradients = true;
  const Tensor moved = probe_group(group, rows, first, count, spec).gradients;
  parameters.copy_(kept);
  const Tensor along = (moved.to(at::kDouble) * unit).sum(1, true);
  const Tensor curvature = ((along - norms) / kStep).contiguous();
  const double* values = curvature.data_ptr<double>();
  return {values, values + curvature.numel()};
}

}  // namespace dlfix::trainer
