#include "trainer/torch/group.h"

#include "trainer/torch/failure.h"
#include "trainer/torch/metrics.h"
#include "trainer/torch/weights_exchange.h"

namespace dlfix::trainer {
namespace {

std::string text_of(const Shape& shape) {
  std::string text = "(n";
  for (std::int64_t dimension : shape) text += ", " + std::to_string(dimension);
  return text + ")";
}

// -1 stands for any size.
bool fits(const Shape& expected, const Shape& given) {
  if (expected.size() != given.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] >= 0 && expected[i] != given[i]) return false;
  }
  return true;
}

Shape entering_shape(const Shape& expected, const Shape& given) {
  if (expected.empty() || fits(expected, given)) return given;
  Shape longer = given;
  longer.push_back(1);
  if (fits(expected, longer)) return longer;
  Shape shorter = given;
  if (!shorter.empty() && shorter.back() == 1) {
    shorter.pop_back();
    if (fits(expected, shorter)) return shorter;
  }
  fail_as_crash("the model expects inputs of shape " + text_of(expected) + ", the data have " +
                text_of(given));
}

}  // namespace

std::vector<Shape> model_input_shapes(const ModelSpec& model, const Rows& rows) {
  const std::size_t wanted = std::max<std::size_t>(model.inputs.size(), 1);
  if (wanted != rows.inputs.size()) {
    fail_as_crash("the model has " + std::to_string(wanted) + " inputs and the data " +
                  std::to_string(rows.inputs.size()));
  }
  std::vector<Shape> shapes;
  for (std::size_t k = 0; k < wanted; ++k) {
    const Shape expected = k < model.input_shapes.size() ? model.input_shapes[k] : Shape{};
    shapes.push_back(entering_shape(expected, Rows::row_shape(rows.inputs[k])));
  }
  return shapes;
}

Tensor group_row_metric(const Group& group, const std::string& metric, const Tensor& prediction,
                        const Tensor& target) {
  if (!group.profile().accuracy_by_loss)
    return row_metric(metric, "", prediction, target, group.profile());
  std::vector<std::string> losses;
  for (std::int64_t r = 0; r < group.replicas(); ++r) losses.push_back(group.head().spec(r).name);
  Tensors parts;
  for (const Segment& segment : segments_of(losses)) {
    parts.push_back(row_metric(metric, losses[segment.first],
                               prediction.narrow(0, segment.first, segment.count),
                               target.narrow(0, segment.first, segment.count), group.profile()));
  }
  return parts.size() == 1 ? parts[0] : at::cat(parts, 0);
}

Tensors gather_inputs(const Rows& rows, const std::vector<Shape>& shapes, const Tensor& index,
                      std::int64_t replicas) {
  Tensors inputs;
  for (std::size_t k = 0; k < shapes.size(); ++k) {
    inputs.push_back(rows.gather_floats(rows.inputs[k], index, replicas)
                         .reshape(with_leading({replicas, index.size(0) / replicas}, shapes[k])));
  }
  return inputs;
}

Group::Group(std::vector<const TrainingRequest*> requests, const FitData& data,
             const Profile& profile, const at::Device& device)
    : requests_(std::move(requests)),
      input_shapes_(model_input_shapes(requests_.at(0)->model, data.train)),
      profile_(&profile),
      device_(device) {
  make_network();
  weights_ = network_->initial_weights(seeds_, device_);
  for (std::int64_t r = 0; r < replicas(); ++r) {
    if (requests_[r]->start) take_weights(*network_, weights_, r, *requests_[r]->start);
  }
  std::vector<const OptimizerSpec*> optimizers;
  for (const TrainingRequest* request : requests_) {
    optimizers.push_back(&request->compile.optimizer);
  }
  optimizer_ = std::make_unique<Optimizer>(optimizers, *profile_, *network_, weights_.parameters);
}

void Group::make_network() {
  std::vector<const ModelSpec*> models;
  std::vector<LossSpec> losses;
  seeds_.clear();
  for (const TrainingRequest* request : requests_) {
    models.push_back(&request->model);
    losses.push_back({canonical_loss(request->compile.loss), request->compile.loss_options});
    seeds_.push_back(request->seed);
  }
  network_ = std::make_unique<Network>(models, input_shapes_, *profile_);
  head_ = std::make_unique<LossHead>(losses, *profile_);
}

Group::Group(const Group& whole, const std::vector<std::int64_t>& keep)
    : input_shapes_(whole.input_shapes_), profile_(whole.profile_), device_(whole.device_) {
  for (std::int64_t replica : keep) requests_.push_back(whole.requests_[replica]);
  make_network();
  const Tensor index = index_tensor(keep, device_);
  weights_ = network_->bind(whole.weights_.parameters.index_select(0, index),
                            whole.weights_.state.index_select(0, index));
}

Group Group::part(const std::vector<std::int64_t>& keep) const { return Group(*this, keep); }

void Group::select(const std::vector<std::int64_t>& keep) {
  Group rest(*this, keep);
  rest.optimizer_ = std::move(optimizer_);
  rest.optimizer_->select(keep);
  *this = std::move(rest);
}

const Tensor& Group::gradient_room() {
  if (!gradients_.defined()) {
    gradients_ = at::empty_like(weights_.parameters);
    gradient_views_ = network_->gradient_views(gradients_);
  }
  return gradients_;
}

void Group::restore(std::int64_t replica, const Tensor& parameters, const Tensor& state) {
  weights_.parameters.select(0, replica).copy_(parameters);
  weights_.state.select(0, replica).copy_(state);
}

}  // namespace dlfix::trainer
