#include "trainer/torch/evaluation.h"

#include <cmath>

#include "trainer/torch/metrics.h"
#include "trainer/torch/penalties.h"

namespace dlfix::trainer {
namespace {

// Fixed, so that a replica's numbers do not depend on what is measured beside it.
constexpr std::int64_t kChunkRows = 256;

bool wants_predictions(const std::vector<std::string>& metrics) {
  for (const std::string& metric : metrics) {
    if (metric == "f1" || metric == "auc") return true;
  }
  return false;
}

// What is collected over the chunks: [R, rows].
struct Collected {
  Tensors losses;
  Tensors values;  ///< of the first metric's rows
  Tensors scores;
  Tensors classes;
  Tensors truths;
  std::vector<Tensor> metric_sums;  ///< [R], double
};

std::string row_metric_for(const std::string& metric) {
  return metric == "f1" || metric == "auc" ? "accuracy" : metric;
}

class Evaluator {
 public:
  Evaluator(const Group& group, const Rows& rows, const std::vector<std::string>& metrics,
            bool details)
      : group_(group), rows_(rows), metrics_(metrics), details_(details) {
    const auto options = at::TensorOptions(group.device()).dtype(at::kDouble);
    for (std::size_t k = 0; k < metrics.size(); ++k) {
      collected_.metric_sums.push_back(at::zeros({group.replicas()}, options));
    }
    loss_sum_ = at::zeros({group.replicas()}, options);
    keeps_predictions_ = details || wants_predictions(metrics);
    shapes_ = model_input_shapes(group.request(0).model, rows);
  }

  std::vector<Measured> run() {
    for (std::int64_t first = 0; first < rows_.count; first += kChunkRows) {
      chunk(first, std::min(kChunkRows, rows_.count - first));
    }
    return results();
  }

 private:
  void chunk(std::int64_t first, std::int64_t count) {
    const auto index =
        at::arange(first, first + count, at::TensorOptions(group_.device()).dtype(at::kLong));
    Tensors inputs = gather_inputs(rows_, shapes_, index, 1);
    for (Tensor& input : inputs) input = spread(input);
    const Tensor target = spread(rows_.gather(rows_.labels, index, 1));
    ForwardContext context;
    Tensor penalty;
    context.seeds = &group_.seeds();
    context.penalty = &penalty;
    const Value output = group_.network().forward(inputs, group_.weights(), context);
    const BatchLoss loss = group_.head().compute(output, target, {});
    const Tensor value = penalty.defined() ? loss.values + penalty : loss.values;
    loss_sum_.add_(value.to(at::kDouble) * double(count));
    for (std::size_t k = 0; k < metrics_.size(); ++k) {
      if (!is_row_metric(metrics_[k])) continue;
      collected_.metric_sums[k].add_(
          group_row_metric(group_, metrics_[k], output.tensor, target).sum(1, false, at::kDouble));
    }
    if (keeps_predictions_) keep(output, target, loss);
  }

  Tensor spread(const Tensor& shared) const {
    std::vector<std::int64_t> sizes = shared.sizes().vec();
    sizes[0] = group_.replicas();
    return shared.expand(sizes);
  }

  void keep(const Value& output, const Tensor& target, const BatchLoss& loss) {
    const std::string& metric = metrics_.at(0);
    const Tensor values =
        metric == "loss" ? loss.rows
                         : group_row_metric(group_, row_metric_for(metric), output.tensor, target);
    collected_.values.push_back(values.to(at::kCPU, at::kFloat));
    collected_.scores.push_back(row_scores(output.tensor).to(at::kCPU, at::kFloat));
    collected_.classes.push_back(predicted_classes(output.tensor).to(at::kCPU, at::kInt));
    collected_.truths.push_back(target_classes(target).to(at::kCPU, at::kInt));
  }

  template <class T>
  static std::vector<T> row_of(const Tensor& matrix, std::int64_t replica) {
    const Tensor row = matrix.select(0, replica).contiguous();
    return std::vector<T>(row.template data_ptr<T>(), row.template data_ptr<T>() + row.numel());
  }

  std::vector<Measured> results() const {
    std::vector<Measured> results(static_cast<std::size_t>(group_.replicas()));
    const double count = double(rows_.count);
    const Tensor penalty = weight_penalties(group_.network(), group_.weights());
    const Tensor losses = (loss_sum_ / count).to(at::kCPU);
    for (std::int64_t r = 0; r < group_.replicas(); ++r) {
      Measured& measured = results[r];
      measured.loss = losses.data_ptr<double>()[r];
      if (penalty.defined()) measured.loss += penalty[r].item<double>();
      for (const Tensor& sum : collected_.metric_sums) {
        measured.metrics.push_back(sum[r].item<double>() / count);
      }
    }
    if (keeps_predictions_) add_rows(results);
    for (Measured& measured : results) {
      for (std::size_t k = 0; k < metrics_.size(); ++k) {
        if (metrics_[k] == "loss") measured.metrics[k] = measured.loss;
      }
      if (!details_) measured.row_values.clear();
    }
    return results;
  }

  void add_rows(std::vector<Measured>& results) const {
    const Tensor values = at::cat(collected_.values, 1);
    const Tensor scores = at::cat(collected_.scores, 1);
    const Tensor classes = at::cat(collected_.classes, 1);
    const Tensor truths = at::cat(collected_.truths, 1);
    for (std::int64_t r = 0; r < group_.replicas(); ++r) {
      Measured& measured = results[r];
      measured.row_values = row_of<float>(values, r);
      measured.scores = row_of<float>(scores, r);
      measured.classes = row_of<std::int32_t>(classes, r);
      const auto truth = row_of<std::int32_t>(truths, r);
      std::vector<bool> positive;
      for (std::int32_t label : truth) positive.push_back(label == 1);
      for (std::size_t k = 0; k < metrics_.size(); ++k) {
        if (metrics_[k] == "f1") measured.metrics[k] = macro_f1(measured.classes, truth);
        if (metrics_[k] == "auc") measured.metrics[k] = roc_auc(measured.scores, positive);
      }
    }
  }

  const Group& group_;
  const Rows& rows_;
  const std::vector<std::string>& metrics_;
  bool details_;
  bool keeps_predictions_ = false;
  std::vector<Shape> shapes_;
  Collected collected_;
  Tensor loss_sum_;
};

}  // namespace

std::vector<Measured> evaluate(const Group& group, const Rows& rows,
                               const std::vector<std::string>& metrics, bool details) {
  at::NoGradGuard no_gradient;
  return Evaluator(group, rows, metrics, details).run();
}

}  // namespace dlfix::trainer
