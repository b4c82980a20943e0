// What a layer is to the engine. A layer object stands for the same layer in all replicas of a
// fused group; it holds its settings, never tensors.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"
#include "trainer/torch/activations.h"
#include "trainer/torch/profile.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// One weight of a layer. Per-replica lists have one entry per replica.
struct WeightSpec {
  std::string name;
  Shape shape;
  std::vector<nlohmann::json> initializer;
  std::vector<nlohmann::json> regularizer;  ///< empty: none
  std::vector<nlohmann::json> constraint;   ///< empty: none
  bool trainable = true;
  bool gated_ones = false;  ///< an LSTM's bias: ones in its second quarter (unit_forget_bias)
};

/// One layer in all replicas of a group.
struct LayerArgs {
  std::vector<const LayerSpec*> specs;  ///< one per replica; equal but for the free attributes
  const Profile* profile = nullptr;

  const nlohmann::json& attributes() const { return specs[0]->attributes; }
  /// The value of an attribute in every replica; null where it is absent.
  std::vector<nlohmann::json> each(const char* attribute) const;
  /// The activation in every replica.
  Activations activations(const char* attribute = "activation") const;
};

/// The declaration of a weight by Keras's naming: `kernel` has `kernel_initializer`, ...
WeightSpec weight_spec(const LayerArgs& args, const std::string& name, Shape shape);

/// Rows that a call of an embedding took from its table.
struct GatheredRows {
  std::size_t layer = 0;  ///< index into model.layers, set by the network
  Tensor ids;             ///< [R, ...]
  Tensor rows;            ///< [R, ..., width]
};

/// One call of a layer.
struct CallContext {
  bool training = false;
  const Tensors* weights = nullptr;  ///< as declared, [R, shape...]
  const Profile* profile = nullptr;
  const std::vector<std::uint64_t>* seeds = nullptr;  ///< per replica
  std::uint32_t stream = 0;                           ///< tells the calls of a network apart
  std::uint64_t step = 0;
  std::vector<GatheredRows>* gathered = nullptr;  ///< receives what embeddings take, when set
};

/// What a layer does with the mask of its input.
enum class MaskRule {
  kStops,    ///< its output has none (it may have used it)
  kPasses,   ///< its output has the same
  kMakes,    ///< its output has one, whatever its input has
  kRefuses,  ///< we do not have what Keras does
};

class Layer {
 public:
  virtual ~Layer() = default;
  /// Shape of one output row. Errors: TrainingFailure (kCrash) where Keras refuses the input.
  virtual Shape build(const std::vector<Shape>& inputs) = 0;
  virtual Value call(const std::vector<Value>& inputs, const CallContext& context) const = 0;
  virtual MaskRule mask_rule() const { return MaskRule::kStops; }
  const std::vector<WeightSpec>& weights() const { return weights_; }

 protected:
  std::vector<WeightSpec> weights_;
};

struct LayerType {
  std::function<std::unique_ptr<Layer>(const LayerArgs&)> make;
  /// Attributes that may differ between the replicas of a group.
  std::vector<std::string> free_attributes;
};

using LayerTable = std::map<std::string, LayerType>;

/// All layers by Keras class name.
const LayerTable& layer_table();

/// An integer attribute. Errors: TrainingFailure (kCrash) naming it when missing or not an integer.
std::int64_t integer_attribute(const nlohmann::json& attributes, const char* name);
std::int64_t positive_attribute(const nlohmann::json& attributes, const char* name);

template <class L>
LayerType layer_type(std::vector<std::string> free_attributes = {}) {
  return {[](const LayerArgs& args) -> std::unique_ptr<Layer> { return std::make_unique<L>(args); },
          std::move(free_attributes)};
}

}  // namespace dlfix::trainer
