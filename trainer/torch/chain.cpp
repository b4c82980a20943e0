#include "trainer/torch/chain.h"

#include "trainer/torch/activation_gradients.h"

namespace dlfix::trainer {
namespace {

// What a layer's forward step leaves for its backward step.
struct Trace {
  Tape tape, activation_tape;
  Tensor output;  ///< kept where it is regularised
};

class Step {
 public:
  Step(const Group& group, std::uint64_t step)
      : group_(group),
        network_(group.network()),
        chain_(network_.chain()),
        views_(group.gradient_views()),
        traces_(chain_.last_product + 1) {
    context_.training = true;
    context_.profile = &group.profile();
    context_.seeds = &group.seeds();
    context_.step = step;
  }

  ChainPass run(Tensor x, const Tensor& target, const Tensor& weights) {
    at::NoGradGuard no_gradient;
    for (std::size_t i = 0; i < chain_.last_product; ++i) x = forward(i, x);
    const Tensor z = product(chain_.last_product, x);
    Tensor dy = finish(z, target, weights);
    const std::size_t first = first_with_weights();
    for (std::size_t i = chain_.last_product + 1; i-- > first;) {
      if (i < chain_.last_product) dy = through_activation(i, dy);
      const ChainCall& call = use(i);
      dy = call.form->backward(dy, context_, traces_[i].tape, views_[call.layer], i > first);
    }
    return std::move(pass_);
  }

 private:
  const ChainCall& use(std::size_t i) {
    const ChainCall& call = chain_.calls[i];
    context_.weights = &group_.weights().by_layer[call.layer];
    context_.stream = call.stream;
    return call;
  }

  Tensor product(std::size_t i, const Tensor& x) {
    const ChainCall& call = use(i);
    return call.form->forward(x, context_, traces_[i].tape);
  }

  Tensor forward(std::size_t i, const Tensor& x) {
    const Tensor z = product(i, x);
    const ChainCall& call = chain_.calls[i];
    const Activations* activation = call.form->activation();
    const bool linear = activation == nullptr || activation->is_linear();
    const Tensor y = linear ? z : activation_forward(*activation, z, traces_[i].activation_tape);
    if (network_.is_regularised(call.layer)) {
      traces_[i].output = y;
      add_penalty(network_.activity_penalty(call.layer, y));
    }
    return y;
  }

  Tensor through_activation(std::size_t i, Tensor dy) {
    const ChainCall& call = chain_.calls[i];
    if (traces_[i].output.defined()) {
      dy = dy + network_.activity_gradient(call.layer, traces_[i].output);
    }
    const Activations* activation = call.form->activation();
    if (activation == nullptr || activation->is_linear()) return dy;
    return activation_backward(*activation, dy, traces_[i].activation_tape);
  }

  // The last activations and the loss, with autograd from the last product `z` on. Returns the
  // gradient of z.
  Tensor finish(const Tensor& z, const Tensor& target, const Tensor& weights) {
    at::AutoGradMode gradient(true);
    const Tensor leaf = z.detach().set_requires_grad(true);
    pass_.output = {leaf, {}, {}};
    Tensor own_penalty;
    const bool by_logits = ends_in_logits(z);
    for (std::size_t i = chain_.last_product; i < chain_.calls.size(); ++i) {
      at::AutoGradMode recorded(!by_logits);
      pass_.output = chain_.calls[i].form->activation()->apply(pass_.output);
      const std::size_t layer = chain_.calls[i].layer;
      if (!network_.is_regularised(layer)) continue;
      const Tensor value = network_.activity_penalty(layer, pass_.output.tensor);
      own_penalty = own_penalty.defined() ? own_penalty + value : value;
    }
    pass_.loss = group_.head().compute(pass_.output, target, weights);
    torch::autograd::variable_list roots = pass_.loss.roots;
    torch::autograd::variable_list starts = pass_.loss.starts;
    if (own_penalty.defined()) {
      roots.push_back(own_penalty);
      starts.push_back(at::ones_like(own_penalty));
      add_penalty(own_penalty.detach());
    }
    if (roots.empty()) return at::zeros_like(z);
    if (roots.size() == 1 && roots[0].is_same(leaf)) return starts[0];
    const Tensor dz = torch::autograd::grad(roots, {leaf}, starts, {}, false, true)[0];
    return dz.defined() ? dz : at::zeros_like(z);
  }

  // Whether the losses are computed from z itself, so that nothing asks for the gradient of the
  // activation behind it.
  bool ends_in_logits(const Tensor& z) const {
    const ChainCall& last = chain_.calls.back();
    const bool alone = chain_.calls.size() == chain_.last_product + 1;
    if (!alone || network_.is_regularised(last.layer)) return false;
    const Activations& activation = *last.form->activation();
    return activation.segments().size() == 1 && group_.head().takes_logits(activation.kinds(z));
  }

  void add_penalty(const Tensor& value) {
    pass_.penalty = pass_.penalty.defined() ? pass_.penalty + value : value;
  }

  // Nothing before it has weights that are trained.
  std::size_t first_with_weights() const {
    for (std::size_t i = 0; i <= chain_.last_product; ++i) {
      for (const Tensor& view : views_[chain_.calls[i].layer]) {
        if (view.defined()) return i;
      }
    }
    return chain_.last_product + 1;
  }

  const Group& group_;
  const Network& network_;
  const Chain& chain_;
  const std::vector<Tensors>& views_;  ///< of the gradients, by layer and weight
  std::vector<Trace> traces_;
  CallContext context_;
  ChainPass pass_;
};

}  // namespace

ChainPass run_chain(const Group& group, const Tensor& inputs, const Tensor& target,
                    const Tensor& weights, std::uint64_t step) {
  return Step(group, step).run(inputs, target, weights);
}

}  // namespace dlfix::trainer
