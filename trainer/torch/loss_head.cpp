#include "trainer/torch/loss_head.h"

namespace dlfix::trainer {
namespace {

struct Key {
  LossSpec spec;
  LogitKind kind;
  bool operator==(const Key&) const = default;
};

// The gradient of sum(weights * entries) / count with respect to the term's root.
Tensor start_of(const LossTerm& term, const Tensor& weights, double count) {
  if (!weights.defined()) {
    return term.gradient.defined() ? term.gradient * (1 / count)
                                   : at::full_like(term.entries.detach(), 1 / count);
  }
  const Tensor entry = weights / count;
  return term.gradient.defined() ? term.gradient * entry.unsqueeze(-1)
                                 : entry.expand_as(term.entries);
}

Tensor row_losses(const Tensor& entries) {
  return entries.dim() == 2 ? entries
                            : entries.reshape({entries.size(0), entries.size(1), -1}).mean(-1);
}

Tensor entry_weights(const Tensor& weights, const Tensor& entries) {
  if (!weights.defined()) return weights;
  Tensor w = weights.to(at::kFloat);
  while (w.dim() < entries.dim()) w = w.unsqueeze(-1);
  return w.expand_as(entries);
}

}  // namespace

const std::vector<Segment>& LossHead::segments(const std::vector<LogitKind>& kinds) const {
  if (!segments_.empty() && kinds == kinds_) return segments_;
  std::vector<Key> keys;
  for (std::size_t r = 0; r < specs_.size(); ++r) {
    keys.push_back({specs_[r], kinds.empty() ? LogitKind::kNone : kinds[r]});
  }
  kinds_ = kinds;
  segments_ = segments_of(keys);
  return segments_;
}

bool LossHead::takes_logits(const std::vector<LogitKind>& kinds) const {
  for (std::size_t r = 0; r < specs_.size(); ++r) {
    const bool takes =
        is_cross_entropy(specs_[r].name) && trainer::takes_logits(specs_[r], kinds[r], *profile_);
    if (!takes) return false;
  }
  return true;
}

BatchLoss LossHead::compute(const Value& output, const Tensor& target,
                            const Tensor& weights) const {
  BatchLoss batch;
  Tensors values;
  Tensors rows;
  const bool whole = segments(output.kinds).size() == 1;
  for (const Segment& segment : segments(output.kinds)) {
    const auto part = [&](const Tensor& tensor) {
      return whole || !tensor.defined() ? tensor : tensor.narrow(0, segment.first, segment.count);
    };
    const auto first = static_cast<std::size_t>(segment.first);
    const LogitKind kind = output.kinds.empty() ? LogitKind::kNone : output.kinds[first];
    const LossTerm term = compute_loss(specs_[first], part(output.tensor), part(output.logits),
                                       kind, part(target), *profile_);
    const Tensor entries = term.entries.detach();
    const double count = double(entries.numel()) / double(segment.count);
    const Tensor w = entry_weights(part(weights), entries);
    const Tensor weighted = w.defined() ? entries * w : entries;
    values.push_back(weighted.reshape({segment.count, -1}).sum(1) / count);
    rows.push_back(row_losses(entries));
    if (term.root.requires_grad()) {
      batch.roots.push_back(term.root);
      batch.starts.push_back(start_of(term, w, count));
    }
  }
  batch.values = values.size() == 1 ? values[0] : at::cat(values, 0);
  batch.rows = rows.size() == 1 ? rows[0] : at::cat(rows, 0);
  return batch;
}

}  // namespace dlfix::trainer
