#include "trainer/torch/checks.h"

#include "trainer/torch/callbacks.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/fused_training.h"
#include "trainer/torch/target_rules.h"

namespace dlfix::trainer {
namespace {

constexpr std::int64_t kEvaluationBatch = 32;

void check_fit(const FitSpec& fit, const Rows& train, const Profile& profile) {
  if (fit.batch_size <= 0) {
    fail_as_crash("batch_size must be positive, not " + std::to_string(fit.batch_size));
  }
  if (fit.epochs <= 0 && profile.zero_epochs_fail) {
    fail_as_crash("epochs must be positive, not " + std::to_string(fit.epochs));
  }
  if (train.count == 0) fail_as_crash("there are no training rows");
  if (fit.steps_per_epoch && *fit.steps_per_epoch <= 0) {
    fail_as_crash("steps_per_epoch must be positive");
  }
}

void check_class_ids(const Rows& rows, std::int64_t classes, const std::string& what) {
  Tensor labels = rows.labels;
  if (rows.rows.defined()) labels = labels.index_select(0, rows.rows);
  if (labels.numel() == 0) return;
  const auto low = static_cast<std::int64_t>(labels.min().item<double>());
  const auto high = static_cast<std::int64_t>(labels.max().item<double>());
  if (low < 0 || high >= classes) {
    fail_as_crash("the labels of the " + what + " rows reach from " + std::to_string(low) + " to " +
                  std::to_string(high) + ", the output has " + std::to_string(classes) +
                  " classes");
  }
}

// Whether the loss takes the logits of the output's activation, found by calling the network once.
bool starts_from_logits(const Network& network, const std::string& loss, const Profile& profile,
                        const std::vector<Shape>& inputs) {
  at::NoGradGuard no_gradient;
  Tensors rows;
  for (const Shape& shape : inputs) rows.push_back(at::zeros(with_leading({1, 1}, shape)));
  const Weights weights = network.bind(at::zeros({1, network.parameter_count()}),
                                       at::zeros({1, network.state_count()}));
  const std::vector<std::uint64_t> seeds{0};
  ForwardContext context;
  context.seeds = &seeds;
  const Value output = network.forward(rows, weights, context);
  return !output.kinds.empty() &&
         takes_logits({loss, nlohmann::json::object()}, output.kinds[0], profile);
}

void check_targets(TargetCase subject, const Rows& rows, std::int64_t batch_size,
                   const std::string& what, const Profile& profile) {
  if (rows.count == 0) fail_as_crash("there are no " + what + " rows");
  subject.target = Rows::row_shape(rows.labels);
  subject.batches = batch_sizes(rows.count, batch_size);
  const std::string& loss = subject.loss;
  if (const auto problem = target_problem(subject, profile)) {
    fail_as_crash(*problem + " (" + what + " rows)");
  }
  if (loss == "sparse_categorical_crossentropy" && !profile.wrong_ids_give_nan) {
    check_class_ids(rows, subject.output.back(), what);
  }
}

}  // namespace

double check_request(const TrainingRequest& request, const FitData& data, const Profile& profile) {
  check_fit(request.fit, data.train, profile);
  const auto inputs = model_input_shapes(request.model, data.train);
  const Network network({&request.model}, inputs, profile);
  const std::string loss = canonical_loss(request.compile.loss);
  check_optimizer(request.compile.optimizer, profile);
  followed_metrics(request, FitCallbacks(request.fit.callbacks, profile));
  TargetCase subject{loss, network.output_shape(), {}, {}, false};
  if (loss == "binary_crossentropy") {
    subject.from_logits = starts_from_logits(network, loss, profile, inputs);
  }
  check_targets(subject, data.train, request.fit.batch_size, "training", profile);
  if (data.validation) {
    check_targets(subject, *data.validation, request.fit.batch_size, "validation", profile);
  }
  for (std::size_t i = 0; i < data.evaluate.size(); ++i) {
    check_targets(subject, data.evaluate[i], kEvaluationBatch, "'" + request.evaluate[i].name + "'",
                  profile);
  }
  // Weights, gradients twice, slots twice and a copy; activations with their gradients.
  const double weights = double(network.parameter_count()) * 6;
  const double rows = double(std::max<std::int64_t>(request.fit.batch_size, 256));
  const double activations = rows * double(network.activation_count()) * 4;
  return (weights + activations) * sizeof(float);
}

}  // namespace dlfix::trainer
