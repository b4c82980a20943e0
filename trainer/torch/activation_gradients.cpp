#include "trainer/torch/activation_gradients.h"

#include <functional>
#include <map>

namespace dlfix::trainer {
namespace {

// From the gradient of the output, the input and the output.
using Derivative = Tensor (*)(const Tensor& dy, const Tensor& x, const Tensor& y,
                              const Profile& profile);

Tensor elu_derivative(const Tensor& dy, const Tensor& x, const Tensor& y, const Profile&) {
  return at::where(x > 0, dy, dy * (y + 1));
}

Tensor selu_derivative(const Tensor& dy, const Tensor& x, const Tensor& y, const Profile&) {
  return at::where(x > 0, dy * kSeluScale, dy * (y + kSeluAlpha * kSeluScale));
}

// Passes at both ends, as a clamp does.
Tensor hard_sigmoid_derivative(const Tensor& dy, const Tensor& x, const Tensor&,
                               const Profile& profile) {
  const bool relu6 = profile.hard_sigmoid_relu6;
  const Tensor line = relu6 ? x + 3 : x * 0.2 + 0.5;
  const Tensor inside = at::logical_and(line >= 0, line <= (relu6 ? 6 : 1));
  return at::where(inside, relu6 ? dy / 6 : dy * 0.2, at::zeros_like(dy));
}

// The activations of the study; the others are left to autograd.
const std::map<std::string, Derivative>& derivatives() {
  using T = const Tensor&;
  using P = const Profile&;
  static const std::map<std::string, Derivative> kDerivatives{
      {"linear", [](T dy, T, T, P) { return dy; }},
      {"relu", [](T dy, T, T y, P) { return relu_gradient(dy, y); }},
      {"sigmoid", [](T dy, T, T y, P) { return at::sigmoid_backward(dy, y); }},
      {"tanh", [](T dy, T, T y, P) { return at::tanh_backward(dy, y); }},
      {"softmax",
       [](T dy, T, T y, P) { return at::_softmax_backward_data(dy, y, -1, at::kFloat); }},
      {"elu", elu_derivative},
      {"selu", selu_derivative},
      {"hard_sigmoid", hard_sigmoid_derivative},
      {"softplus", [](T dy, T x, T, P) { return dy * keras_sigmoid(x); }},
      {"exponential", [](T dy, T, T y, P) { return dy * y; }},
  };
  return kDerivatives;
}

constexpr std::size_t kKept = 2;  ///< tensors in the tape for each run of replicas: input, output

}  // namespace

Tensor activation_forward(const Activations& activations, const Tensor& x, Tape& tape) {
  Tensors outputs;
  const bool whole = activations.segments().size() == 1;
  for (const Segment& segment : activations.segments()) {
    const std::string& name = activations.name(segment);
    Tensor part = whole ? x : x.narrow(0, segment.first, segment.count);
    const bool recorded = !derivatives().contains(name);
    at::AutoGradMode mode(recorded);
    if (recorded) part = part.detach().set_requires_grad(true);
    const Tensor y = activate(name, part, activations.profile());
    tape.insert(tape.end(), {part, y});
    outputs.push_back(y.detach());
  }
  return whole ? outputs[0] : at::cat(outputs, 0);
}

Tensor activation_backward(const Activations& activations, const Tensor& dy, const Tape& tape) {
  Tensors gradients;
  const bool whole = activations.segments().size() == 1;
  std::size_t k = 0;
  for (const Segment& segment : activations.segments()) {
    const Tensor part = whole ? dy : dy.narrow(0, segment.first, segment.count);
    const Tensor& x = tape[k];
    const Tensor& y = tape[k + 1];
    k += kKept;
    const auto known = derivatives().find(activations.name(segment));
    gradients.push_back(known != derivatives().end()
                            ? known->second(part, x, y, activations.profile())
                            : torch::autograd::grad({y}, {x}, {part})[0]);
  }
  return whole ? gradients[0] : at::cat(gradients, 0);
}

}  // namespace dlfix::trainer
