#include "trainer/torch/steps.h"

#include <limits>

#include "trainer/torch/chain.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/penalties.h"

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

// Sets the gradients of a pass: of all weights, and of the rows that embeddings took.
void backward(const Group& group, const BatchLoss& loss, const Tensor& penalty,
              const std::vector<GatheredRows>& gathered, BatchPass& pass) {
  torch::autograd::variable_list roots = loss.roots;
  torch::autograd::variable_list starts = loss.starts;
  if (penalty.defined() && penalty.requires_grad()) {
    roots.push_back(penalty);
    starts.push_back(at::ones_like(penalty));
  }
  torch::autograd::variable_list wanted = group.weights().trainable;
  if (wanted.empty()) return;
  if (roots.empty()) {
    pass.gradients = at::zeros_like(group.weights().parameters);
    return;
  }
  for (const GatheredRows& rows : gathered) {
    if (rows.rows.requires_grad()) wanted.push_back(rows.rows);
  }
  auto gradients = torch::autograd::grad(roots, wanted, starts, {}, false, true);
  at::NoGradGuard no_gradient;
  pass.gradients = flat_gradients(group, gradients);
  Tensors of_rows;
  std::size_t next = group.weights().trainable.size();
  for (const GatheredRows& rows : gathered) {
    of_rows.push_back(rows.rows.requires_grad() ? gradients[next++] : Tensor());
  }
  pass.embeddings = embedding_gradients(group.network(), gathered, of_rows);
}

// Forward and backward by autograd.
void run_recorded(Group& group, const Tensors& inputs, const Tensor& weights, std::uint64_t step,
                  BatchPass& pass) {
  ForwardContext context;
  Tensor penalty;
  context.training = true;
  context.step = step;
  context.seeds = &group.seeds();
  context.penalty = &penalty;
  std::vector<GatheredRows> gathered;
  if (group.optimizer().wants_embedding_rows()) context.gathered = &gathered;
  pass.output = group.network().forward(inputs, group.weights(), context);
  const BatchLoss loss = group.head().compute(pass.output, pass.target, weights);
  backward(group, loss, penalty, gathered, pass);
  pass.loss = penalty.defined() ? loss.values + penalty.detach() : loss.values;
}

}  // namespace

Steps::Steps(std::vector<std::string> metrics, Tensor weights)
    : metrics_(std::move(metrics)), row_weights_(std::move(weights)) {
  for (const std::string& metric : metrics_) ranks_ = ranks_ || is_rank_metric(metric);
}

void Steps::begin_epoch(std::int64_t replicas, const at::Device& device) {
  const auto options = at::TensorOptions(device).dtype(at::kDouble);
  loss_sum_ = at::zeros({replicas}, options);
  metric_sums_.clear();
  for (std::size_t k = 0; k < metrics_.size(); ++k) {
    metric_sums_.push_back(at::zeros({replicas}, options));
  }
  ranked_.clear();
  rows_seen_ = 0;
}

Tensor Steps::mean_metric(std::size_t metric) const {
  if (metrics_[metric] == "loss") return mean_loss();
  if (is_rank_metric(metrics_[metric])) return ranked_.value(metrics_[metric]);
  return metric_sums_[metric] / double(rows_seen_);
}

Tensor Steps::running_metric(std::size_t metric) const {
  if (!is_rank_metric(metrics_[metric])) return mean_metric(metric);
  return at::full_like(loss_sum_, std::numeric_limits<double>::quiet_NaN());
}

void Steps::step(Group& group, const Rows& rows, const Tensor& index,
                 std::span<const float> rates) {
  const BatchPass pass = run_batch(group, rows, index, row_weights_, step_++);
  at::NoGradGuard no_gradient;
  if (pass.gradients.defined()) {
    if (step_ == 1) first_norms_ = gradient_norms(group, pass.gradients);
    group.optimizer().step(group.network(), group.weights().parameters, pass.gradients, rates,
                           pass.embeddings);
  }
  add_numbers(group, pass);
}

BatchPass run_batch(Group& group, const Rows& rows, const Tensor& index, const Tensor& weights,
                    std::uint64_t step) {
  const Tensors inputs = gather_inputs(rows, group.input_shapes(), index, group.replicas());
  BatchPass pass;
  pass.target = rows.gather_floats(rows.labels, index, group.replicas());
  Tensor own_weights;
  if (weights.defined()) {
    own_weights = weights.index_select(0, index).view({group.replicas(), -1});
  }
  if (group.network().chain().calls.empty()) {
    run_recorded(group, inputs, own_weights, step, pass);
  } else {
    const Tensor& room = group.gradient_room();
    if (!group.network().trainable().empty()) pass.gradients = room;
    ChainPass chain = run_chain(group, inputs[0], pass.target, own_weights, step);
    pass.output = std::move(chain.output);
    pass.loss = chain.penalty.defined() ? chain.loss.values + chain.penalty : chain.loss.values;
  }
  at::NoGradGuard no_gradient;
  const Tensor decay = add_penalties(group.network(), group.weights(), pass.gradients);
  if (decay.defined()) pass.loss = pass.loss + decay;
  return pass;
}

void Steps::add_numbers(const Group& group, const BatchPass& pass) {
  const std::int64_t rows = pass.target.size(1);
  batch_loss_ = pass.loss;
  loss_sum_.add_(pass.loss.to(at::kDouble) * double(rows));
  rows_seen_ += rows;
  if (ranks_) ranked_.add(pass.output.tensor, pass.target);
  for (std::size_t k = 0; k < metrics_.size(); ++k) {
    if (!is_row_metric(metrics_[k])) continue;
    const Tensor values = group_row_metric(group, metrics_[k], pass.output.tensor, pass.target);
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
  if (weights.defined() && profile.both_row_weights_raise) {
    fail_as_crash("class_weight and sample_weight cannot both be given");
  }
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
