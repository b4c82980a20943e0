#include "trainer/torch/optimizers.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "trainer/torch/constraints.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/schedules.h"
#include "trainer/torch/segments.h"

namespace dlfix::trainer {
namespace {

constexpr double kNoClip = -1;

using nlohmann::json;

// nullptr: the rate is a number.
const json* schedule_of(const OptimizerSpec& spec) {
  const auto found = spec.options.find("learning_rate");
  return found != spec.options.end() && found->is_object() ? &*found : nullptr;
}

double number_option(const OptimizerSpec& spec, const char* name, double otherwise) {
  const auto found = spec.options.find(name);
  return found != spec.options.end() && found->is_number() ? found->get<double>() : otherwise;
}

double weight_decay(const OptimizerSpec& spec) {
  return number_option(spec, "weight_decay", spec.name == "adamw" ? 0.004 : 0);
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

// g * min(1, bound / norm), as tf.clip_by_norm.
Tensor clip_norm(const Tensor& g, const Tensor& norm, const Tensor& bound) {
  const Tensor clipped = g * (bound / at::maximum(norm, bound));
  return at::where(norm > bound, clipped, g);
}

Tensor squared_norm(const Tensor& g) { return (g * g).reshape({g.size(0), -1}).sum(1, true); }

EmbeddingGradient* find_rows(std::vector<EmbeddingGradient>& embeddings, const WeightPlace& place) {
  for (EmbeddingGradient& embedding : embeddings) {
    if (embedding.place.offset == place.offset) return &embedding;
  }
  return nullptr;
}

// Puts the sums of changed rows in the tables' places.
void put_sums(Tensor& g, const std::vector<EmbeddingGradient>& embeddings) {
  for (const EmbeddingGradient& embedding : embeddings) {
    g.narrow(1, embedding.place.offset, embedding.place.count)
        .copy_(summed_rows(embedding, embedding.rows));
  }
}

// `whole`, with the tables' places taken by sums over the rows of each id.
Tensor with_row_sums(const Tensor& whole, const std::vector<EmbeddingGradient>& embeddings,
                     Tensor (*power)(const Tensor&)) {
  for (const EmbeddingGradient& embedding : embeddings) {
    whole.narrow(1, embedding.place.offset, embedding.place.count)
        .copy_(summed_rows(embedding, power(embedding.rows)));
  }
  return whole;
}

Tensor square_of(const Tensor& g) { return g * g; }
Tensor size_of(const Tensor& g) { return g.abs(); }

}  // namespace

Optimizer::Optimizer(std::vector<const OptimizerSpec*> specs, const Profile& profile,
                     const Network& network, const Tensor& parameters)
    : specs_(std::move(specs)), profile_(&profile) {
  find_uses();
  make_parts(network, parameters);
}

void Optimizer::find_uses() {
  uses_.clipnorm = any_option(specs_, "clipnorm");
  uses_.clipvalue = any_option(specs_, "clipvalue");
  uses_.global_clipnorm = any_option(specs_, "global_clipnorm");
  uses_.weight_decay = std::any_of(specs_.begin(), specs_.end(), [](const OptimizerSpec* spec) {
    return weight_decay(*spec) != 0;
  });
  uses_.schedule = std::any_of(specs_.begin(), specs_.end(), [](const OptimizerSpec* spec) {
    return schedule_of(*spec) != nullptr;
  });
  const auto takes_row = [&](GradientPower power) {
    return profile_->squares_embedding_rows &&
           std::any_of(specs_.begin(), specs_.end(), [&](const OptimizerSpec* spec) {
             return gradient_power(spec->name) == power;
           });
  };
  uses_.row_squares = takes_row(GradientPower::kSquare);
  uses_.row_sizes = takes_row(GradientPower::kSize);
  uses_.lazy_rows = profile_->lazy_embeddings &&
                    std::any_of(specs_.begin(), specs_.end(), [](const OptimizerSpec* spec) {
                      return untouched_rows(*spec) != UntouchedRows::kUpdates;
                    });
  uses_.decay = profile_->legacy_optimizers && any_nonzero(specs_, "decay");
}

void Optimizer::make_parts(const Network& network, const Tensor& parameters) {
  std::vector<std::int64_t> counts;
  for (const WeightPlace& place : network.trainable()) counts.push_back(place.count);
  std::vector<std::string> keys;
  for (const OptimizerSpec* spec : specs_) keys.push_back(rule_key(*spec));
  for (const Segment& segment : segments_of(keys)) {
    const std::vector<const OptimizerSpec*> own(specs_.begin() + segment.first,
                                                specs_.begin() + segment.first + segment.count);
    const Tensor like = parameters.narrow(0, segment.first, segment.count);
    parts_.push_back({segment.first, segment.count, make_rule(own, *profile_, like, counts)});
  }
}

// A column; infinity where a replica has no such clip, or another one stands before it.
Tensor Optimizer::clip_bounds(const char* name, const at::Device& device) const {
  const bool zero_is_off = !profile_->legacy_optimizers || profile_->clipnorm_is_global;
  std::vector<double> values;
  for (const OptimizerSpec* spec : specs_) {
    double bound = number_option(*spec, name, kNoClip);
    if (!profile_->legacy_optimizers) {
      for (const char* before : {"clipnorm", "global_clipnorm"}) {
        if (std::string_view(name) == before) break;
        if (number_option(*spec, before, kNoClip) > 0) bound = kNoClip;
      }
    }
    const bool off = bound < 0 || (bound == 0 && zero_is_off);
    values.push_back(off ? std::numeric_limits<double>::infinity() : bound);
  }
  return float_tensor(values, device).unsqueeze(1);
}

// clipnorm: each weight by its own norm.
void Optimizer::clip_each(const Network& network, Tensor& g,
                          std::vector<EmbeddingGradient>& rows) const {
  const Tensor bound = clip_bounds("clipnorm", g.device());
  for (const WeightPlace& place : network.trainable()) {
    const Tensor part = g.narrow(1, place.offset, place.count);
    EmbeddingGradient* own = find_rows(rows, place);
    const Tensor norm = squared_norm(own != nullptr ? own->rows : part).sqrt_();
    part.copy_(clip_norm(part, norm, bound));
    if (own != nullptr) {
      own->rows = clip_norm(own->rows, norm.unsqueeze(-1), bound.unsqueeze(-1));
    }
  }
}

void Optimizer::clip_norms(const Network& network, Tensor& g,
                           std::vector<EmbeddingGradient>& rows) const {
  const bool global_norm = uses_.clipnorm && profile_->clipnorm_is_global;
  if (uses_.clipnorm && !global_norm) clip_each(network, g, rows);
  if (!uses_.global_clipnorm && !global_norm) return;
  const Tensor bound = clip_bounds(global_norm ? "clipnorm" : "global_clipnorm", g.device());
  Tensor total = squared_norm(g);
  for (const EmbeddingGradient& own : rows) {
    total = total + squared_norm(own.rows) -
            squared_norm(g.narrow(1, own.place.offset, own.place.count));
  }
  const Tensor norm = total.sqrt();
  g = clip_norm(g, norm, bound);
  for (EmbeddingGradient& own : rows) {
    own.rows = clip_norm(own.rows, norm.unsqueeze(-1), bound.unsqueeze(-1));
  }
}

void Optimizer::clip_values(Tensor& g, std::vector<EmbeddingGradient>& rows) const {
  if (!uses_.clipvalue) return;
  const Tensor bound = clip_bounds("clipvalue", g.device());
  const auto clamp = [](const Tensor& t, const Tensor& b) {
    return at::minimum(at::maximum(t, -b), b);
  };
  g = clamp(g, bound);
  for (EmbeddingGradient& own : rows) own.rows = clamp(own.rows, bound.unsqueeze(-1));
}

void Optimizer::clip(const Network& network, Tensor& g,
                     std::vector<EmbeddingGradient>& rows) const {
  if (!uses_.clips()) return;
  g = g.clone();
  if (profile_->clipvalue_first) clip_values(g, rows);
  clip_norms(network, g, rows);
  if (!profile_->clipvalue_first) clip_values(g, rows);
  put_sums(g, rows);
}

bool Optimizer::wants_embedding_rows() const {
  return uses_.row_squares || uses_.row_sizes || uses_.lazy_rows ||
         (uses_.clips() && profile_->clips_embedding_rows);
}

// A schedule object is a function of the step alone; what callbacks set does not reach it.
std::vector<float> Optimizer::effective_rates(std::span<const float> given) const {
  std::vector<float> rates(given.begin(), given.end());
  for (std::size_t r = 0; r < specs_.size() && (uses_.schedule || uses_.decay); ++r) {
    const OptimizerSpec& spec = *specs_[r];
    if (const json* schedule = schedule_of(spec)) {
      rates[r] = static_cast<float>(scheduled_rate(*schedule, step_ - 1));
    }
    const double decay = uses_.decay && spec.name != "nadam" ? number_option(spec, "decay", 0) : 0;
    if (decay != 0) rates[r] /= static_cast<float>(1 + decay * double(step_ - 1));
  }
  return rates;
}

void Optimizer::step(const Network& network, const Tensor& parameters, const Tensor& gradients,
                     std::span<const float> lr, std::vector<EmbeddingGradient> embeddings) {
  ++step_;
  Tensor g = gradients;
  clip(network, g, embeddings);
  const std::vector<float> rates = effective_rates(lr);
  if (uses_.weight_decay) decay_weights(parameters, rates);
  Gradient gradient{g, {}, {}};
  Tensor touched;
  if (!embeddings.empty()) {
    if (uses_.row_squares) gradient.squares = with_row_sums(square_of(g), embeddings, square_of);
    if (uses_.row_sizes) gradient.sizes = with_row_sums(size_of(g), embeddings, size_of);
    if (uses_.lazy_rows) touched = touched_numbers(embeddings, parameters);
  }
  for (Part& part : parts_) {
    const auto own = [&](const Tensor& tensor) {
      return tensor.defined() ? tensor.narrow(0, part.first, part.count) : tensor;
    };
    const auto first = static_cast<std::size_t>(part.first);
    const GradientPower power = gradient_power(specs_[first]->name);
    Gradient taken{own(g), {}, {}};
    if (power == GradientPower::kSquare) taken.squares = own(gradient.squares);
    if (power == GradientPower::kSize) taken.sizes = own(gradient.sizes);
    update(part, own(parameters), taken,
           std::span(rates).subspan(first, static_cast<std::size_t>(part.count)), own(touched));
  }
  apply_constraints(network, parameters);
}

void Optimizer::decay_weights(const Tensor& parameters, std::span<const float> rates) const {
  std::vector<double> shares;
  for (std::size_t r = 0; r < specs_.size(); ++r) {
    shares.push_back(rates[r] * static_cast<float>(weight_decay(*specs_[r])));
  }
  parameters.sub_(parameters * float_tensor(shares, parameters.device()).unsqueeze(1));
}

// Numbers that were not touched are put back where the rule leaves them alone.
void Optimizer::update(Part& part, const Tensor& weights, const Gradient& gradient,
                       std::span<const float> lr, const Tensor& touched) const {
  const auto first = static_cast<std::size_t>(part.first);
  const UntouchedRows rule = untouched_rows(*specs_[first]);
  if (!touched.defined() || rule == UntouchedRows::kUpdates) {
    return part.rule->update(weights, gradient, lr);
  }
  Tensors kept{weights};
  if (rule == UntouchedRows::kKeepsAll) {
    for (const Tensor* slot : part.rule->slots()) kept.push_back(*slot);
  }
  Tensors before;
  for (const Tensor& tensor : kept) before.push_back(tensor.clone());
  part.rule->update(weights, gradient, lr);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    kept[i].copy_(at::where(touched, kept[i], before[i]));
  }
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
    part.rule->select(own);
    const auto count = static_cast<std::int64_t>(own.size());
    parts.push_back({first, count, std::move(part.rule)});
    first += count;
  }
  specs_ = std::move(specs);
  find_uses();
  parts_ = std::move(parts);
}

}  // namespace dlfix::trainer
