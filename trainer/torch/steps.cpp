#include "trainer/torch/steps.h"

#include <limits>

#include "trainer/torch/constraints.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/metrics.h"

namespace dlfix::trainer {
namespace {

// Gradients of all weights as one [R, P] tensor; a weight that the output does not depend on has
// zeros.
Tensor flat_gradients(const Group& group, const torch::autograd::variable_list& gradients) {
  Tensors parts;
  const auto& places = group.network().trainable();
  for (std::size_t i = 0; i < places.size(); ++i) {
    parts.push_back(
        gradients[i].defined()
            ? gradients[i].reshape({group.replicas(), places[i].count})
            : at::zeros({group.replicas(), places[i].count}, group.weights().parameters.options()));
  }
  return parts.size() == 1 ? parts[0].contiguous() : at::cat(parts, 1);
}

Tensor gradient_norms(const Group& group, const Tensor& gradients) {
  Tensors norms;
  for (const WeightPlace& place : group.network().trainable()) {
    const Tensor part = gradients.narrow(1, place.offset, place.count);
    norms.push_back((part * part).sum(1).sqrt_());
  }
  return at::stack(norms, 1);
}

}  // namespace

Steps::Steps(std::vector<std::string> metrics, Tensor weights)
    : metrics_(std::move(metrics)), row_weights_(std::move(weights)) {}

void Steps::begin_epoch(std::int64_t replicas, const at::Device& device) {
  const auto options = at::TensorOptions(device).dtype(at::kDouble);
  loss_sum_ = at::zeros({replicas}, options);
  metric_sums_.clear();
  for (std::size_t k = 0; k < metrics_.size(); ++k) {
    metric_sums_.push_back(at::zeros({replicas}, options));
  }
  rows_seen_ = 0;
}

Tensor Steps::mean_metric(std::size_t metric) const {
  if (metrics_[metric] == "loss") return mean_loss();
  if (!is_row_metric(metrics_[metric])) {
    return at::full_like(loss_sum_, std::numeric_limits<double>::quiet_NaN());
  }
  return metric_sums_[metric] / double(rows_seen_);
}

void Steps::step(Group& group, const Rows& rows, const Tensor& index, const Tensor& rates) {
  const auto shapes = model_input_shapes(group.request(0).model, rows);
  const Tensors inputs = gather_inputs(rows, shapes, index, group.replicas());
  const Tensor target = rows.gather(rows.labels, index, group.replicas());
  Tensor weights;
  if (row_weights_.defined()) {
    weights = row_weights_.index_select(0, index).view({group.replicas(), -1});
  }
  ForwardContext context;
  Tensor penalty;
  context.training = true;
  context.step = step_++;
  context.seeds = &group.seeds();
  context.penalty = &penalty;
  const Value output = group.network().forward(inputs, group.weights(), context);
  const BatchLoss loss = group.head().compute(output, target, weights);
  Tensor gradients = backward(group, loss, penalty);

  at::NoGradGuard no_gradient;
  Tensor value = penalty.defined() ? loss.values + penalty.detach() : loss.values;
  if (gradients.defined()) {
    const Tensor decay =
        add_weight_penalties(group.network(), group.weights().parameters, gradients);
    if (decay.defined()) value = value + decay;
    if (step_ == 1) first_norms_ = gradient_norms(group, gradients);
    group.optimizer().step(group.network(), group.weights().parameters, gradients, rates);
  }
  add_numbers(group, output, target, value);
}

Tensor Steps::backward(Group& group, const BatchLoss& loss, const Tensor& penalty) const {
  torch::autograd::variable_list roots = loss.roots;
  torch::autograd::variable_list starts = loss.starts;
  if (penalty.defined() && penalty.requires_grad()) {
    roots.push_back(penalty);
    starts.push_back(at::ones_like(penalty));
  }
  if (group.weights().trainable.empty()) return {};
  if (roots.empty()) return at::zeros_like(group.weights().parameters);
  const auto gradients =
      torch::autograd::grad(roots, group.weights().trainable, starts, {}, false, true);
  at::NoGradGuard no_gradient;
  return flat_gradients(group, gradients);
}

void Steps::add_numbers(const Group& group, const Value& output, const Tensor& target,
                        const Tensor& loss) {
  const std::int64_t rows = target.size(1);
  loss_sum_.add_(loss.to(at::kDouble) * double(rows));
  rows_seen_ += rows;
  for (std::size_t k = 0; k < metrics_.size(); ++k) {
    if (!is_row_metric(metrics_[k])) continue;
    const Tensor values = group_row_metric(group, metrics_[k], output.tensor, target);
    metric_sums_[k].add_(values.sum(1, false, at::kDouble));
  }
}

void Steps::select(const Tensor& keep) {
  if (first_norms_.defined()) first_norms_ = first_norms_.index_select(0, keep);
}

Tensor row_weights(const FitSpec& fit, const Rows& rows, const Profile& profile) {
  Tensor weights;
  const auto all = at::arange(rows.count, at::TensorOptions(rows.labels.device()).dtype(at::kLong));
  if (rows.sample_weights.defined()) {
    weights = rows.gather(rows.sample_weights, all, 1)[0].to(at::kFloat).reshape({rows.count, -1});
    weights = weights.select(1, 0).contiguous();
  }
  if (!fit.class_weight.is_object() || fit.class_weight.empty()) return weights;
  const Tensor classes = target_classes(rows.gather(rows.labels, all, 1))[0].to(at::kCPU);
  Tensor by_class = at::empty({rows.count}, at::kFloat);
  for (std::int64_t i = 0; i < rows.count; ++i) {
    const auto name = std::to_string(classes.data_ptr<std::int64_t>()[i]);
    const auto found = fit.class_weight.find(name);
    if (found == fit.class_weight.end() && profile.missing_class_weight_fails) {
      fail_as_crash("class_weight has no weight for class " + name + ", which y contains");
    }
    by_class.data_ptr<float>()[i] = found == fit.class_weight.end() ? 1.0F : found->get<float>();
  }
  by_class = by_class.to(rows.labels.device());
  return weights.defined() ? weights * by_class : by_class;
}

}  // namespace dlfix::trainer
