// A Keras model as LibTorch's own modules.
#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::bench {

/// A sequential model with its loss.
struct EagerModel {
  std::shared_ptr<torch::nn::Module> weights;  ///< owns the parameters
  std::vector<std::function<at::Tensor(const at::Tensor&)>> layers;
  bool ends_in_softmax = false;  ///< then the layers stop at the logits
  bool ends_in_sigmoid = false;
  std::string loss;
  struct Penalty {
    at::Tensor weight;
    double l1 = 0, l2 = 0;
  };
  std::vector<Penalty> penalties;

  at::Tensor forward(at::Tensor x) const;
  /// Mean over the batch; class ids of categories come as [n].
  at::Tensor loss_of(const at::Tensor& output, const at::Tensor& target) const;
  /// The same and the regularisers of the kernels.
  at::Tensor total_loss(const at::Tensor& output, const at::Tensor& target) const;
};

/// `inputs`: shape of one row, channels last. Errors: InputError naming layer or loss.
EagerModel make_eager_model(const trainer::TrainingRequest& request);

}  // namespace dlfix::bench
