// Keras's optimisers on flat parameters [R, P], each replica with its own hyperparameters.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"
#include "trainer/torch/network.h"
#include "trainer/torch/profile.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// One rule for a run of replicas: SGD, Adam, ...
class UpdateRule {
 public:
  virtual ~UpdateRule() = default;
  /// `weights` (changed in place) and `gradients` [r, P]; `lr` [r, 1].
  virtual void update(const Tensor& weights, const Tensor& gradients, const Tensor& lr) = 0;
  /// Buffers [r, P] and other per-replica tensors, to be kept for a part of the replicas.
  virtual std::vector<Tensor*> slots() = 0;
};

/// Names that make_rule knows.
bool knows_optimizer(const std::string& name);

/// The rule that all `specs` share (same `rule_key`). `like`: the weights [r, P].
std::unique_ptr<UpdateRule> make_rule(const std::vector<const OptimizerSpec*>& specs,
                                      const Profile& profile, const Tensor& like);

/// What must be equal for two optimisers to be computed by one rule.
std::string rule_key(const OptimizerSpec& spec);

/// Raises what Keras raises on the arguments of an optimiser.
/// Errors: TrainingFailure (kUnsupported or kCrash).
void check_optimizer(const OptimizerSpec& spec, const Profile& profile);

/// Clips, decays, updates and constrains all replicas of a group.
class Optimizer {
 public:
  Optimizer(std::vector<const OptimizerSpec*> specs, const Profile& profile,
            const Tensor& parameters);
  /// One step; `lr` [R] are the rates that callbacks have set.
  void step(const Network& network, const Tensor& parameters, Tensor gradients, const Tensor& lr);
  /// Drops replicas; `keep` are the old positions of those that stay, in order.
  void select(const std::vector<std::int64_t>& keep);

 private:
  struct Part {
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::unique_ptr<UpdateRule> rule;
  };
  /// Options that some replica uses.
  struct Uses {
    bool clipnorm = false, clipvalue = false, global_clipnorm = false;
    bool weight_decay = false, decay = false;
  };
  void find_uses();
  void make_parts(const Tensor& parameters);
  Tensor clipped(const Network& network, const Tensor& gradients) const;
  Tensor effective_rates(const Tensor& lr) const;

  std::vector<const OptimizerSpec*> specs_;
  const Profile* profile_;
  Uses uses_;
  std::vector<Part> parts_;
  std::int64_t step_ = 0;
};

}  // namespace dlfix::trainer
