// Keras's optimisers on flat parameters [R, P], each replica with its own hyperparameters.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"
#include "trainer/torch/embedding_gradients.h"
#include "trainer/torch/network.h"
#include "trainer/torch/profile.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// The gradient of a batch as a rule sees it. At most one of `squares` and `sizes` is for a rule.
struct Gradient {
  Tensor values;   ///< [r, P]
  Tensor squares;  ///< [r, P] for second moments, where they are not the values squared
  Tensor sizes;    ///< [r, P] for maxima, where they are not the absolute values
};

/// One rule for a run of replicas: SGD, Adam, ...
class UpdateRule {
 public:
  virtual ~UpdateRule() = default;
  /// `weights` [r, P] are changed in place; `lr`: one rate a replica.
  virtual void update(const Tensor& weights, const Gradient& gradient,
                      std::span<const float> lr) = 0;
  /// Buffers [r, P].
  virtual std::vector<Tensor*> slots() = 0;
  /// Keeps a part of the replicas, in this order.
  virtual void select(const std::vector<std::int64_t>& keep) = 0;
};

/// Names that make_rule knows.
bool knows_optimizer(const std::string& name);

/// The rule that all `specs` share (same `rule_key`). `like`: the weights [r, P]; `counts`: the
/// numbers of each weight, in the order of P.
std::unique_ptr<UpdateRule> make_rule(const std::vector<const OptimizerSpec*>& specs,
                                      const Profile& profile, const Tensor& like,
                                      const std::vector<std::int64_t>& counts);

/// What a rule of the legacy line does to the rows of an embedding table that no id took.
enum class UntouchedRows { kUpdates, kKeepsWeights, kKeepsAll };
UntouchedRows untouched_rows(const OptimizerSpec& spec);
/// What a rule takes of each gradient beside its value.
enum class GradientPower { kNone, kSquare, kSize };
GradientPower gradient_power(const std::string& optimizer);

/// What must be equal for two optimisers to be computed by one rule.
std::string rule_key(const OptimizerSpec& spec);

/// Raises what Keras raises on the arguments of an optimiser.
/// Errors: TrainingFailure (kUnsupported or kCrash).
void check_optimizer(const OptimizerSpec& spec, const Profile& profile);

/// Clips, decays, updates and constrains all replicas of a group.
class Optimizer {
 public:
  Optimizer(std::vector<const OptimizerSpec*> specs, const Profile& profile, const Network& network,
            const Tensor& parameters);
  /// Whether step() needs the gradients of embedding tables row by row.
  bool wants_embedding_rows() const;
  /// One step; `lr`: the rate of each replica that callbacks have set, `embeddings` as wanted.
  void step(const Network& network, const Tensor& parameters, const Tensor& gradients,
            std::span<const float> lr, std::vector<EmbeddingGradient> embeddings = {});
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
    bool weight_decay = false, decay = false, schedule = false;
    bool row_squares = false, row_sizes = false, lazy_rows = false;
    bool clips() const { return clipnorm || clipvalue || global_clipnorm; }
  };
  void find_uses();
  void make_parts(const Network& network, const Tensor& parameters);
  void clip(const Network& network, Tensor& g, std::vector<EmbeddingGradient>& rows) const;
  void clip_norms(const Network& network, Tensor& g, std::vector<EmbeddingGradient>& rows) const;
  void clip_values(Tensor& g, std::vector<EmbeddingGradient>& rows) const;
  void decay_weights(const Tensor& parameters, std::span<const float> rates) const;
  void clip_each(const Network& network, Tensor& g, std::vector<EmbeddingGradient>& rows) const;
  Tensor clip_bounds(const char* name, const at::Device& device) const;
  void update(Part& part, const Tensor& weights, const Gradient& gradient,
              std::span<const float> lr, const Tensor& touched) const;
  std::vector<float> effective_rates(std::span<const float> lr) const;

  std::vector<const OptimizerSpec*> specs_;
  const Profile* profile_;
  Uses uses_;
  std::vector<Part> parts_;
  std::int64_t step_ = 0;
};

}  // namespace dlfix::trainer
