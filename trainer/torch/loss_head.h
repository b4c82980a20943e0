// The loss of a batch in all replicas of a group: values, and where the gradients start.
#pragma once

#include <vector>

#include "trainer/torch/losses.h"
#include "trainer/torch/segments.h"

namespace dlfix::trainer {

struct BatchLoss {
  Tensor values;   ///< [R]: sum of weighted entries / number of entries, without penalties
  Tensor rows;     ///< [R, B]: each row's own loss, unweighted
  Tensors roots;   ///< tensors with a gradient ...
  Tensors starts;  ///< ... and that gradient
};

class LossHead {
 public:
  LossHead(std::vector<LossSpec> specs, const Profile& profile)
      : specs_(std::move(specs)), profile_(&profile) {}
  /// Whether every replica's loss is computed from logits of these kinds, one per replica.
  bool takes_logits(const std::vector<LogitKind>& kinds) const;
  const LossSpec& spec(std::int64_t replica) const { return specs_[replica]; }
  /// `target` [R, B, ...]; `weights` [R, B] or undefined.
  BatchLoss compute(const Value& output, const Tensor& target, const Tensor& weights) const;

 private:
  /// Runs of replicas with one loss and one kind of logits. The kinds are a network's own: they are
  /// the same at every step.
  const std::vector<Segment>& segments(const std::vector<LogitKind>& kinds) const;

  std::vector<LossSpec> specs_;
  const Profile* profile_;
  mutable std::vector<LogitKind> kinds_;  ///< that segments_ are of
  mutable std::vector<Segment> segments_;
};

}  // namespace dlfix::trainer
