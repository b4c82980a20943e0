#include "trainer/torch/optimizers.h"

#include <algorithm>
#include <limits>

#include "trainer/torch/constraints.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/segments.h"

namespace dlfix::trainer {
namespace {

constexpr double kNoClip = -1;

double number_option(const OptimizerSpec& spec, const char* name, double otherwise) {
  const auto found = spec.options.find(name);
  return found != spec.options.end() && found->is_number() ? found->get<double>() : otherwise;
}

bool any_option(const std::vector<const OptimizerSpec*>& specs, const char* name) {
  return std::any_of(specs.begin(), specs.end(), [&](const OptimizerSpec* spec) {
    const auto found = spec->options.find(name);
    return found != spec->options.end() && found->is_number();
  });
}

bool any_nonzero(const std::vector<const OptimizerSpec*>& specs, const char* name) {
  return std::any_of(specs.begin(), specs.end(),
                     [&](const OptimizerSpec* spec) { return number_option(*spec, name, 0) != 0; });
}

// Bounds of a clip as a column; infinity where a replica has none.
Tensor bounds(const std::vector<const OptimizerSpec*>& specs, const char* name, bool zero_is_off,
              const at::Device& device) {
  std::vector<double> values;
  for (const OptimizerSpec* spec : specs) {
    const double bound = number_option(*spec, name, kNoClip);
    const bool off = bound < 0 || (bound == 0 && zero_is_off);
    values.push_back(off ? std::numeric_limits<double>::infinity() : bound);
  }
  return float_tensor(values, device).unsqueeze(1);
}

// g * min(1, bound / norm), as tf.clip_by_norm.
Tensor clip_norm(const Tensor& g, const Tensor& norm, const Tensor& bound) {
  const Tensor clipped = g * (bound / at::maximum(norm, bound));
  return at::where(norm > bound, clipped, g);
}

Tensor row_norm(const Tensor& g) { return (g * g).sum(1, true).sqrt_(); }

}  // namespace

Optimizer::Optimizer(std::vector<const OptimizerSpec*> specs, const Profile& profile,
                     const Tensor& parameters)
    : specs_(std::move(specs)), profile_(&profile) {
  find_uses();
  make_parts(parameters);
}

void Optimizer::find_uses() {
  uses_.clipnorm = any_option(specs_, "clipnorm");
  uses_.clipvalue = any_option(specs_, "clipvalue");
  uses_.global_clipnorm = any_option(specs_, "global_clipnorm");
  uses_.weight_decay = any_nonzero(specs_, "weight_decay");
  uses_.decay = profile_->legacy_optimizers && any_nonzero(specs_, "decay");
}

void Optimizer::make_parts(const Tensor& parameters) {
  std::vector<std::string> keys;
  for (const OptimizerSpec* spec : specs_) keys.push_back(rule_key(*spec));
  for (const Segment& segment : segments_of(keys)) {
    const std::vector<const OptimizerSpec*> own(specs_.begin() + segment.first,
                                                specs_.begin() + segment.first + segment.count);
    const Tensor like = parameters.narrow(0, segment.first, segment.count);
    parts_.push_back({segment.first, segment.count, make_rule(own, *profile_, like)});
  }
}

Tensor Optimizer::clipped(const Network& network, const Tensor& gradients) const {
  Tensor g = gradients;
  const bool zero_is_off = !profile_->legacy_optimizers;
  if (uses_.clipnorm) {
    const Tensor bound = bounds(specs_, "clipnorm", zero_is_off, g.device());
    g = g.clone();
    for (const WeightPlace& place : network.trainable()) {
      const Tensor part = g.narrow(1, place.offset, place.count);
      part.copy_(clip_norm(part, row_norm(part), bound));
    }
  }
  if (uses_.global_clipnorm) {
    g = clip_norm(g, row_norm(g), bounds(specs_, "global_clipnorm", true, g.device()));
  }
  if (uses_.clipvalue) {
    const Tensor bound = bounds(specs_, "clipvalue", zero_is_off, g.device());
    g = at::minimum(at::maximum(g, -bound), bound);
  }
  return g;
}

Tensor Optimizer::effective_rates(const Tensor& lr) const {
  if (!uses_.decay) return lr;
  std::vector<double> divisors;
  for (const OptimizerSpec* spec : specs_) {
    const double decay = spec->name == "nadam" ? 0 : number_option(*spec, "decay", 0);
    divisors.push_back(1 + decay * double(step_ - 1));
  }
  return lr / float_tensor(divisors, lr.device());
}

void Optimizer::step(const Network& network, const Tensor& parameters, Tensor gradients,
                     const Tensor& lr) {
  ++step_;
  const Tensor g = clipped(network, gradients);
  const Tensor rates = effective_rates(lr).unsqueeze(1);
  if (uses_.weight_decay) {
    std::vector<double> decays;
    for (const OptimizerSpec* spec : specs_)
      decays.push_back(number_option(*spec, "weight_decay", 0));
    parameters.sub_(parameters * (rates * float_tensor(decays, lr.device()).unsqueeze(1)));
  }
  for (Part& part : parts_) {
    part.rule->update(parameters.narrow(0, part.first, part.count),
                      g.narrow(0, part.first, part.count), rates.narrow(0, part.first, part.count));
  }
  apply_constraints(network, parameters);
}

void Optimizer::select(const std::vector<std::int64_t>& keep) {
  std::vector<const OptimizerSpec*> specs;
  for (std::int64_t r : keep) specs.push_back(specs_[r]);
  std::vector<Part> parts;
  std::int64_t first = 0;
  for (Part& part : parts_) {
    std::vector<std::int64_t> own;
    for (std::int64_t r : keep) {
      if (r >= part.first && r < part.first + part.count) own.push_back(r - part.first);
    }
    if (own.empty()) continue;
    for (Tensor* slot : part.rule->slots()) {
      if (slot->defined()) *slot = slot->index_select(0, index_tensor(own, slot->device()));
    }
    const auto count = static_cast<std::int64_t>(own.size());
    parts.push_back({first, count, std::move(part.rule)});
    first += count;
  }
  specs_ = std::move(specs);
  find_uses();
  parts_ = std::move(parts);
}

}  // namespace dlfix::trainer
