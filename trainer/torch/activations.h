// Keras's activations, per replica.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "trainer/torch/profile.h"
#include "trainer/torch/segments.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// Of selu: scale * (exp(x) - 1) * alpha below 0.
inline constexpr double kSeluAlpha = 1.6732632423543772848170429916717;
inline constexpr double kSeluScale = 1.0507009873554804934193349852946;

/// What a tensor is the activation of: cross-entropies may use the logits instead.
enum class LogitKind { kNone, kSoftmax, kSigmoid };

/// A tensor [R, B, ...] and, where it is the direct output of softmax or sigmoid in some replicas,
/// the numbers that went into it.
struct Value {
  Tensor tensor;
  Tensor logits;                 ///< undefined, or of the shape of `tensor`
  std::vector<LogitKind> kinds;  ///< per replica; empty: none
  Tensor mask = {};              ///< [R, B, T], true where a step counts; undefined: all count
};

/// Position-independent sigmoid: each element's bits do not depend on where it lies in the tensor
/// (LibTorch's own kernel treats the last elements of a buffer differently).
Tensor keras_sigmoid(const Tensor& x);
/// log(1 + exp(x)), position-independent too.
Tensor keras_softplus(const Tensor& x);

/// max(x, 0).
Tensor keras_relu(const Tensor& x);
/// The gradient of relu's input from that of its output `y`. As TensorFlow's: dy times 0 or 1, so
/// that NaN goes through units that are off, too.
Tensor relu_gradient(const Tensor& dy, const Tensor& y);

/// Softmax over the last dimension.
Tensor keras_softmax(const Tensor& x);

/// One activation by its Keras name. Errors: TrainingFailure (kUnsupported) for an unknown one.
Tensor activate(const std::string& name, const Tensor& x, const Profile& profile);
bool knows_activation(const std::string& name);

/// The activation of one layer in all replicas.
class Activations {
 public:
  Activations() = default;
  /// `names`: one per replica. Errors: TrainingFailure (kUnsupported) naming the activation.
  Activations(std::vector<std::string> names, const Profile& profile);
  /// Linear keeps the logits that `x` carries.
  Value apply(const Value& x) const;
  /// The kinds of logits, one per replica, that apply() gives an `x` without logits.
  std::vector<LogitKind> kinds(const Tensor& x) const;

  /// Runs of replicas with the same activation.
  const std::vector<Segment>& segments() const { return segments_; }
  const std::string& name(const Segment& run) const {
    return names_[static_cast<std::size_t>(run.first)];
  }
  const Profile& profile() const { return *profile_; }
  bool is_linear() const { return segments_.size() == 1 && names_[0] == "linear"; }

 private:
  std::vector<std::string> names_;
  std::vector<Segment> segments_;
  const Profile* profile_ = nullptr;
};

/// The name in an attribute (`null` is linear). Errors: TrainingFailure (kUnsupported) for an
/// activation of the program's own.
std::string activation_name(const nlohmann::json& attributes, const char* attribute = "activation");

}  // namespace dlfix::trainer
