#include "trainer/torch/activations.h"

#include <functional>
#include <map>

#include "trainer/torch/failure.h"
#include "trainer/torch/row_kernels.h"

namespace dlfix::trainer {
namespace {

using Activate = std::function<Tensor(const Tensor&, const Profile&)>;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The exponential of 88 is the last finite one.
constexpr double kLargestExponent = 88.0;
// LibTorch is slow on rows that are not much longer than its vectors.
constexpr std::int64_t kSmallSoftmax = 128;

// Activations whose gradient follows from their output.
struct Sigmoid {
  static Tensor value(const Tensor& x) {
    return x.neg().clamp_max_(kLargestExponent).exp_().add_(1).reciprocal_();
  }
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return at::sigmoid_backward(dy, y); }
};

struct Softmax {
  static Tensor value(const Tensor& x) { return softmax_rows(x); }
  static Tensor gradient(const Tensor& dy, const Tensor& y) {
    return at::_softmax_backward_data(dy, y, -1, at::kFloat);
  }
};

struct Relu {
  static Tensor value(const Tensor& x) { return at::relu(x); }
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return relu_gradient(dy, y); }
};

template <class Rule>
struct Recorded : torch::autograd::Function<Recorded<Rule>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    Tensor y = Rule::value(x);
    context->save_for_backward({y});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    return {Rule::gradient(gradients[0], context->get_saved_variables()[0])};
  }
};

// The same numbers whether or not a gradient is asked for.
template <class Rule>
Tensor activated(const Tensor& x) {
  const bool records = at::GradMode::is_enabled() && x.requires_grad();
  return records ? Recorded<Rule>::apply(x) : Rule::value(x);
}

Tensor keras_elu(const Tensor& x, double alpha, double scale) {
  const Tensor negative = at::expm1(at::clamp_max(x, 0)) * (alpha * scale);
  return at::where(x > 0, scale == 1 ? x : x * scale, negative);
}

Tensor keras_leaky_relu(const Tensor& x, double slope) { return at::where(x > 0, x, x * slope); }

Tensor hard_sigmoid(const Tensor& x, const Profile& profile) {
  if (profile.hard_sigmoid_relu6) return at::clamp(x + 3, 0, 6) / 6;
  return at::clamp(x * 0.2 + 0.5, 0, 1);
}

Tensor keras_soft_shrink(const Tensor& x) {
  return at::where(x > 0.5, x - 0.5, at::where(x < -0.5, x + 0.5, at::zeros_like(x)));
}

Tensor keras_gelu(const Tensor& x) { return x * 0.5 * (at::erf(x * 0.70710678118654752) + 1); }

Tensor sparse_plus(const Tensor& x) {
  return at::where(x <= -1, at::zeros_like(x), at::where(x < 1, (x + 1) * (x + 1) / 4, x));
}

Tensor keras_glu(const Tensor& x) {
  const Tensors halves = x.chunk(2, -1);
  return halves[0] * keras_sigmoid(halves[1]);
}

// Keras adds up the cumulated sums of the support, not the numbers themselves.
Tensor sparsemax(const Tensor& x) {
  const Tensor sorted = std::get<0>(x.sort(-1, true));
  const Tensor k = at::arange(1, x.size(-1) + 1, x.options());
  const Tensor cumulated = sorted.cumsum(-1);
  const Tensor support = (sorted - (cumulated - 1) / k > 0).to(x.scalar_type());
  const Tensor threshold = ((cumulated * support).sum(-1, true) - 1) / support.sum(-1, true);
  return at::clamp_min(x - threshold, 0);
}

Tensor keras_hard_shrink(const Tensor& x) {
  return at::where(at::abs(x) > 0.5, x, at::zeros_like(x));
}

std::map<std::string, Activate> classic_activations() {
  return {
      {"linear", [](const Tensor& x, const Profile&) { return x; }},
      {"relu", [](const Tensor& x, const Profile&) { return keras_relu(x); }},
      {"sigmoid", [](const Tensor& x, const Profile&) { return keras_sigmoid(x); }},
      {"tanh", [](const Tensor& x, const Profile&) { return at::tanh(x); }},
      {"softmax", [](const Tensor& x, const Profile&) { return keras_softmax(x); }},
      {"elu", [](const Tensor& x, const Profile&) { return keras_elu(x, 1, 1); }},
      {"selu",
       [](const Tensor& x, const Profile&) { return keras_elu(x, kSeluAlpha, kSeluScale); }},
      {"softplus", [](const Tensor& x, const Profile&) { return keras_softplus(x); }},
      {"softsign", [](const Tensor& x, const Profile&) { return x / (at::abs(x) + 1); }},
      {"hard_sigmoid", hard_sigmoid},
      {"exponential", [](const Tensor& x, const Profile&) { return at::exp(x); }},
      {"swish", [](const Tensor& x, const Profile&) { return x * keras_sigmoid(x); }},
      {"gelu", [](const Tensor& x, const Profile&) { return keras_gelu(x); }},
  };
}

std::map<std::string, Activate> later_activations() {
  return {
      {"relu6", [](const Tensor& x, const Profile&) { return at::clamp(x, 0, 6); }},
      {"leaky_relu", [](const Tensor& x, const Profile&) { return keras_leaky_relu(x, 0.2); }},
      {"celu", [](const Tensor& x, const Profile&) { return keras_elu(x, 1, 1); }},
      {"silu", [](const Tensor& x, const Profile&) { return x * keras_sigmoid(x); }},
      {"hard_silu",
       [](const Tensor& x, const Profile&) { return x * (at::clamp(x + 3, 0, 6) / 6); }},
      {"hard_swish",
       [](const Tensor& x, const Profile&) { return x * (at::clamp(x + 3, 0, 6) / 6); }},
      {"mish", [](const Tensor& x, const Profile&) { return x * at::tanh(keras_softplus(x)); }},
      {"log_sigmoid", [](const Tensor& x, const Profile&) { return -keras_softplus(-x); }},
      {"log_softmax", [](const Tensor& x, const Profile&) { return at::log_softmax(x, -1); }},
      {"hard_tanh", [](const Tensor& x, const Profile&) { return at::clamp(x, -1, 1); }},
      {"hard_shrink", [](const Tensor& x, const Profile&) { return keras_hard_shrink(x); }},
      {"soft_shrink", [](const Tensor& x, const Profile&) { return keras_soft_shrink(x); }},
      {"tanh_shrink", [](const Tensor& x, const Profile&) { return x - at::tanh(x); }},
      {"squareplus", [](const Tensor& x, const Profile&) { return (x + at::sqrt(x * x + 4)) / 2; }},
      {"sparse_plus", [](const Tensor& x, const Profile&) { return sparse_plus(x); }},
      {"sparse_sigmoid",
       [](const Tensor& x, const Profile&) { return at::clamp((x + 1) / 2, 0, 1); }},
      {"sparsemax", [](const Tensor& x, const Profile&) { return sparsemax(x); }},
      {"glu", [](const Tensor& x, const Profile&) { return keras_glu(x); }},
  };
}

const std::map<std::string, Activate>& activations() {
  static const std::map<std::string, Activate> kActivations = [] {
    auto all = classic_activations();
    all.merge(later_activations());
    return all;
  }();
  return kActivations;
}

LogitKind logit_kind(const std::string& name, const Tensor& x, const Profile& profile) {
  if (name == "sigmoid") return LogitKind::kSigmoid;
  const bool keeps = profile.shortcut_any_rank || x.dim() == 3;
  return name == "softmax" && keeps ? LogitKind::kSoftmax : LogitKind::kNone;
}

}  // namespace

Tensor keras_sigmoid(const Tensor& x) { return activated<Sigmoid>(x); }

Tensor keras_relu(const Tensor& x) { return activated<Relu>(x); }

// The sign of what relu gives is 0 or 1.
Tensor relu_gradient(const Tensor& dy, const Tensor& y) {
  return has_row_kernels(dy) ? rectified_gradient(dy, y) : y.sign().mul_(dy);
}

Tensor keras_softmax(const Tensor& x) {
  const bool small = has_row_kernels(x) && x.size(-1) <= kSmallSoftmax;
  return small ? activated<Softmax>(x) : at::softmax(x, -1);
}

// relu's gradient at 0 is 0 and clamp's is 1, so that their mean has softplus's own, a half.
Tensor keras_softplus(const Tensor& x) {
  const Tensor positive = (at::relu(x) + at::clamp_min(x, 0)) * 0.5;
  return at::log1p(at::exp(-at::abs(x))) + positive;
}

bool knows_activation(const std::string& name) { return activations().contains(name); }

Tensor activate(const std::string& name, const Tensor& x, const Profile& profile) {
  const auto found = activations().find(name);
  if (found == activations().end()) {
    fail_as_unsupported("activation '" + name + "' is not supported");
  }
  return found->second(x, profile);
}

Activations::Activations(std::vector<std::string> names, const Profile& profile)
    : names_(std::move(names)), segments_(segments_of(names_)), profile_(&profile) {
  for (const std::string& name : names_) {
    if (!knows_activation(name)) fail_as_unsupported("activation '" + name + "' is not supported");
  }
}

std::vector<LogitKind> Activations::kinds(const Tensor& x) const {
  std::vector<LogitKind> kinds;
  for (const std::string& name : names_) kinds.push_back(logit_kind(name, x, *profile_));
  return kinds;
}

Value Activations::apply(const Value& x) const {
  if (segments_.size() == 1 && names_[0] == "linear") return x;
  Value result;
  result.kinds.assign(names_.size(), LogitKind::kNone);
  bool any_logits = false;
  Tensors outputs;
  Tensors logits;
  for (const Segment& segment : segments_) {
    const std::string& name = names_[segment.first];
    const bool whole = segments_.size() == 1;
    const Tensor part = whole ? x.tensor : x.tensor.narrow(0, segment.first, segment.count);
    outputs.push_back(activate(name, part, *profile_));
    const bool keeps = name == "linear" && x.logits.defined();
    logits.push_back(keeps ? x.logits.narrow(0, segment.first, segment.count) : part);
    for (std::int64_t r = segment.first; r < segment.first + segment.count; ++r) {
      result.kinds[r] = keeps ? x.kinds[r] : logit_kind(name, x.tensor, *profile_);
      any_logits = any_logits || result.kinds[r] != LogitKind::kNone;
    }
  }
  result.tensor = outputs.size() == 1 ? outputs[0] : at::cat(outputs, 0);
  if (any_logits) result.logits = logits.size() == 1 ? logits[0] : at::cat(logits, 0);
  if (!any_logits) result.kinds.clear();
  return result;
}

std::string activation_name(const nlohmann::json& attributes, const char* attribute) {
  const auto found = attributes.find(attribute);
  if (found == attributes.end() || found->is_null()) return "linear";
  if (found->is_string()) return found->get<std::string>();
  fail_as_unsupported("activation " + found->dump() + " is the program's own");
}

}  // namespace dlfix::trainer
