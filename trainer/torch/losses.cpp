#include "trainer/torch/losses.h"

#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "trainer/torch/failure.h"
#include "trainer/torch/row_kernels.h"

namespace dlfix::trainer {
namespace {

constexpr double kEpsilon = 1e-7;
constexpr double kNormEpsilon = 1e-12;

Tensor clip_probability(const Tensor& p) { return at::clamp(p, kEpsilon, 1 - kEpsilon); }

// Hinge losses take 0/1 labels as -1/+1, when every label of the batch is one of them. Replicas see
// different batches, so each decides for itself.
Tensor hinge_labels(const Tensor& t, const Profile& profile) {
  if (!profile.hinge_converts_labels) return t;
  const Tensor binary = at::logical_or(t == 0, t == 1).reshape({t.size(0), -1}).all(1, false);
  return at::where(per_replica(binary, t), t * 2 - 1, t);
}

Tensor squared_error(const Tensor& p, const Tensor& t) {
  const Tensor d = p - t;
  return d * d;
}

Tensor log_error(const Tensor& p, const Tensor& t) {
  return squared_error(at::log(at::clamp_min(p, kEpsilon) + 1),
                       at::log(at::clamp_min(t, kEpsilon) + 1));
}

Tensor log_cosh(const Tensor& p, const Tensor& t) {
  const Tensor x = p - t;
  return x + keras_softplus(x * -2) - std::log(2.0);
}

Tensor huber(const Tensor& p, const Tensor& t, double delta) {
  const Tensor x = at::abs(p - t);
  return at::where(x <= delta, x * x * 0.5, x * delta - 0.5 * delta * delta);
}

Tensor kl_divergence(const Tensor& p, const Tensor& t) {
  const Tensor target = at::clamp(t, kEpsilon, 1);
  return (target * at::log(target / at::clamp(p, kEpsilon, 1))).sum(-1);
}

Tensor categorical_hinge(const Tensor& p, const Tensor& t) {
  const Tensor positive = (t * p).sum(-1);
  const Tensor negative = ((1 - t) * p).amax(-1);
  return at::clamp_min(negative - positive + 1, 0);
}

Tensor normalised(const Tensor& x) {
  return x * at::rsqrt(at::clamp_min((x * x).sum(-1, true), kNormEpsilon));
}

Tensor negative_cosine(const Tensor& p, const Tensor& t) {
  return -(normalised(t) * normalised(p)).sum(-1);
}

using Elementwise = std::function<Tensor(const Tensor& p, const Tensor& t, const LossSpec& spec,
                                         const Profile& profile)>;

// Losses whose gradient is the derivative of their formula. [R, B, ..., C] to [R, B, ...].
const std::map<std::string, Elementwise>& elementwise_losses() {
  using S = const LossSpec&;
  using P = const Profile&;
  using T = const Tensor&;
  static const std::map<std::string, Elementwise> kLosses{
      {"mean_squared_error", [](T p, T t, S, P) { return squared_error(p, t).mean(-1); }},
      {"mean_absolute_error", [](T p, T t, S, P) { return at::abs(p - t).mean(-1); }},
      {"mean_absolute_percentage_error",
       [](T p, T t, S, P) {
         return (at::abs(t - p) / at::clamp_min(at::abs(t), kEpsilon)).mean(-1) * 100;
       }},
      {"mean_squared_logarithmic_error", [](T p, T t, S, P) { return log_error(p, t).mean(-1); }},
      {"hinge",
       [](T p, T t, S, P profile) {
         return at::clamp_min(1 - hinge_labels(t, profile) * p, 0).mean(-1);
       }},
      {"squared_hinge",
       [](T p, T t, S, P profile) {
         const Tensor margin = at::clamp_min(1 - hinge_labels(t, profile) * p, 0);
         return (margin * margin).mean(-1);
       }},
      {"categorical_hinge", [](T p, T t, S, P) { return categorical_hinge(p, t); }},
      {"log_cosh", [](T p, T t, S, P) { return log_cosh(p, t).mean(-1); }},
      {"huber",
       [](T p, T t, S spec, P) { return huber(p, t, spec.options.value("delta", 1.0)).mean(-1); }},
      {"kl_divergence", [](T p, T t, S, P) { return kl_divergence(p, t); }},
      {"poisson", [](T p, T t, S, P) { return (p - t * at::log(p + kEpsilon)).mean(-1); }},
      {"cosine_similarity", [](T p, T t, S, P) { return negative_cosine(p, t); }},
  };
  return kLosses;
}

const std::map<std::string, std::string>& loss_aliases() {
  static const std::map<std::string, std::string> kAliases{
      {"mse", "mean_squared_error"},
      {"MSE", "mean_squared_error"},
      {"mae", "mean_absolute_error"},
      {"MAE", "mean_absolute_error"},
      {"mape", "mean_absolute_percentage_error"},
      {"MAPE", "mean_absolute_percentage_error"},
      {"msle", "mean_squared_logarithmic_error"},
      {"MSLE", "mean_squared_logarithmic_error"},
      {"logcosh", "log_cosh"},
      {"huber_loss", "huber"},
      {"kld", "kl_divergence"},
      {"KLD", "kl_divergence"},
      {"kullback_leibler_divergence", "kl_divergence"},
      {"cosine_proximity", "cosine_similarity"},
      {"bce", "binary_crossentropy"},
      {"BCE", "binary_crossentropy"},
  };
  return kAliases;
}

// The target in the shape in which the loss meets the prediction.
Tensor aligned_target(const Tensor& target, const Tensor& p, const Profile& profile) {
  Tensor t = target.to(at::kFloat);
  if (t.dim() == 2 && (profile.expands_rank1_targets || p.size(-1) == 1)) t = t.unsqueeze(-1);
  if (t.dim() == p.dim() + 1 && t.size(-1) == 1) t = t.squeeze(-1);
  if (t.dim() == 2 && p.dim() == 3) t = t.unsqueeze(1);  // plain broadcasting of (n,) with (n, C)
  return t;
}

Tensor aligned_prediction(const Tensor& p, const Tensor& target) {
  const bool squeezes = p.dim() > 3 && p.dim() == target.dim() + 1 && p.size(-1) == 1;
  return squeezes ? p.squeeze(-1) : p;
}

Tensor class_ids(const Tensor& target, const Tensor& p) {
  Tensor ids = target.to(at::kLong);
  return ids.dim() == p.dim() ? ids.squeeze(-1) : ids;
}

// Softmax cross-entropy on z with the gradient softmax(z) - t, whatever the sum of t is. `p`:
// softmax(z) where it is known.
LossTerm softmax_cross_entropy(const Tensor& z, const Tensor& p, const Tensor& t) {
  if (p.defined() && has_row_kernels(z) && t.sizes() == z.sizes()) {
    RowLosses losses = cross_entropy_rows(z.detach(), p.detach(), t);
    return {losses.values, z, losses.gradient};
  }
  const Tensor logs = at::log_softmax(z.detach(), -1);
  return {-(t * logs).sum(-1), z, logs.exp() - t};
}

LossTerm sparse_cross_entropy(const Tensor& z, const Tensor& p, const Tensor& ids) {
  const auto rows = z.sizes().slice(0, static_cast<std::size_t>(z.dim()) - 1);
  if (p.defined() && has_row_kernels(z) && ids.sizes() == rows) {
    RowLosses losses = sparse_cross_entropy_rows(z.detach(), p.detach(), ids);
    return {losses.values, z, losses.gradient};
  }
  const Tensor logs = at::log_softmax(z.detach(), -1);
  const Tensor index = ids.unsqueeze(-1);
  Tensor gradient = logs.exp();
  gradient.scatter_add_(-1, index, -at::ones_like(index, gradient.options()));
  return {-logs.gather(-1, index).squeeze(-1), z, gradient};
}

// Value and gradient of a row whose id no output stands for are no numbers.
LossTerm nan_at_wrong_ids(const Tensor& z, const Tensor& p, const Tensor& ids) {
  const Tensor wrong = at::logical_or(ids < 0, ids >= z.size(-1));
  LossTerm term = sparse_cross_entropy(z, p, ids.clamp(0, z.size(-1) - 1));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  term.entries = term.entries.masked_fill(wrong, nan);
  term.gradient = term.gradient.masked_fill(wrong.unsqueeze(-1), nan);
  return term;
}

LossTerm sigmoid_cross_entropy(const Tensor& logits, const Tensor& t) {
  const Tensor z = logits.detach();
  const Tensor value = at::clamp_min(z, 0) - z * t + at::log1p(at::exp(-at::abs(z)));
  return {value.mean(-1), logits, (keras_sigmoid(z) - t) / z.size(-1)};
}

// What the cross-entropies are computed from.
struct Output {
  const Tensor& p;
  Tensor logits;   ///< undefined: the loss sees p alone
  Tensor softmax;  ///< p where it is the softmax of the logits, else undefined
};

LossTerm categorical(const Output& output, const Tensor& t) {
  const Tensor& p = output.p;
  if (output.logits.defined()) return softmax_cross_entropy(output.logits, output.softmax, t);
  const Tensor share = p / p.sum(-1, true);
  const Tensor entries = -(t * at::log(clip_probability(share))).sum(-1);
  return {entries, entries, {}};
}

LossTerm sparse(const Output& output, const Tensor& ids, const Profile& profile) {
  const Tensor z = output.logits.defined() ? output.logits : at::log(clip_probability(output.p));
  return profile.wrong_ids_give_nan ? nan_at_wrong_ids(z, output.softmax, ids)
                                    : sparse_cross_entropy(z, output.softmax, ids);
}

LossTerm binary(const Tensor& p, const Tensor& logits, const Tensor& t, const Profile& profile) {
  if (logits.defined()) return sigmoid_cross_entropy(logits, t);
  const Tensor c = clip_probability(p);
  if (profile.shortcut == LogitShortcut::kNone) {
    return sigmoid_cross_entropy(at::log(c / (1 - c)), t);
  }
  const double epsilon = profile.log_epsilon_in_binary ? kEpsilon : 0;
  // TensorFlow's graph optimiser adds the epsilon to the 1 first.
  const Tensor value = t * at::log(c + epsilon) + (1 - t) * at::log((1 + epsilon) - c);
  const Tensor entries = -value.mean(-1);
  return {entries, entries, {}};
}

Tensor smoothed(const Tensor& t, const LossSpec& spec) {
  const double smoothing = spec.options.value("label_smoothing", 0.0);
  if (smoothing == 0) return t;
  const double share = spec.name == "binary_crossentropy" ? 0.5 : 1.0 / double(t.size(-1));
  return t * (1 - smoothing) + smoothing * share;
}

}  // namespace

std::string canonical_loss(const std::string& name) {
  const auto alias = loss_aliases().find(name);
  const std::string canonical = alias == loss_aliases().end() ? name : alias->second;
  if (!elementwise_losses().contains(canonical) && !is_cross_entropy(canonical)) {
    fail_as_unsupported("loss '" + name + "' is not supported");
  }
  return canonical;
}

bool is_cross_entropy(const std::string& loss) {
  return loss == "categorical_crossentropy" || loss == "sparse_categorical_crossentropy" ||
         loss == "binary_crossentropy";
}

bool takes_logits(const LossSpec& spec, LogitKind kind, const Profile& profile) {
  if (kind == LogitKind::kNone || profile.shortcut == LogitShortcut::kNone) return false;
  if (profile.shortcut == LogitShortcut::kEither) return true;
  const bool is_binary = spec.name == "binary_crossentropy";
  return kind == (is_binary ? LogitKind::kSigmoid : LogitKind::kSoftmax);
}

LossTerm compute_loss(const LossSpec& spec, const Tensor& prediction, const Tensor& logits,
                      LogitKind kind, const Tensor& target, const Profile& profile) {
  if (!is_cross_entropy(spec.name)) {
    const Tensor p = aligned_prediction(prediction, target);
    const Tensor t = aligned_target(target, p, profile);
    if (spec.name == "mean_squared_error" && has_row_kernels(p) && t.sizes() == p.sizes()) {
      RowLosses losses = squared_error_rows(p.detach(), t);
      return {losses.values, p, losses.gradient};
    }
    const Tensor entries = elementwise_losses().at(spec.name)(p, t, spec, profile);
    return {entries, entries, {}};
  }
  Output output{prediction, {}, {}};
  if (takes_logits(spec, kind, profile)) output.logits = logits;
  if (output.logits.defined() && kind == LogitKind::kSoftmax) output.softmax = prediction;
  const bool given = !output.logits.defined() && spec.options.value("from_logits", false);
  if (given) output.logits = prediction;
  if (spec.name == "sparse_categorical_crossentropy") {
    return sparse(output, class_ids(target, prediction), profile);
  }
  const Tensor t = smoothed(aligned_target(target, prediction, profile), spec);
  if (spec.name == "categorical_crossentropy") return categorical(output, t);
  return binary(prediction, output.logits, t, profile);
}

}  // namespace dlfix::trainer
