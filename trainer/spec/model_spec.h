// What is trained: a Keras model, its compile and fit arguments, as plain values.
//
// Nothing here needs LibTorch. Class names, attribute names and defaults are Keras's; attributes
// are already resolved (no Keras object is left), see mapping/probe/PROGRAM_JSON.md, "Attributes".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dlfix::trainer {

/// Dimensions of one row, without the batch dimension, channels last. -1: not known.
using Shape = std::vector<std::int64_t>;

/// One tensor of the graph: the output of the `call`-th call of layer `layer`.
/// Layer -1 is the model's own input number `call` (sequential models have no input layer).
struct NodeRef {
  std::int64_t layer = -1;
  std::int64_t call = 0;
  bool operator==(const NodeRef&) const = default;
};

/// One Keras layer at its place in `model.layers`.
struct LayerSpec {
  std::string class_name;  ///< as Keras names it: Dense, Conv2D, ...
  std::string name;
  nlohmann::json attributes = nlohmann::json::object();
  std::vector<std::vector<NodeRef>> inbound;  ///< one list of inputs per call of the layer
  std::string file;  ///< for messages only; not part of the identity of a training
  int line = 0;      ///< 1-based; 0: not known
};

struct ModelSpec {
  std::vector<LayerSpec> layers;
  std::vector<Shape> input_shapes;  ///< one per model input
  std::vector<NodeRef> inputs;      ///< functional models: their InputLayers; sequential: {-1, 0}
  std::vector<NodeRef> outputs;
};

struct OptimizerSpec {
  std::string name = "rmsprop";  ///< lower case: sgd, adam, ...
  double learning_rate = 0.001;
  nlohmann::json options = nlohmann::json::object();  ///< momentum, nesterov, beta_1, clipnorm, ...
};

struct CompileSpec {
  std::string loss;  ///< function name: categorical_crossentropy, mean_squared_error, ...
  nlohmann::json loss_options = nlohmann::json::object();  ///< from_logits, label_smoothing, delta
  OptimizerSpec optimizer;
  std::vector<std::string> metrics;  ///< as written, in order
};

struct CallbackSpec {
  std::string class_name;  ///< EarlyStopping, ReduceLROnPlateau, ...
  nlohmann::json attributes = nlohmann::json::object();
};

struct FitSpec {
  std::int64_t batch_size = 32;
  std::int64_t epochs = 1;
  bool shuffle = true;
  double validation_split = 0.0;
  std::optional<std::int64_t> steps_per_epoch;
  nlohmann::json class_weight;  ///< null or {"0": w, ...}
  std::vector<CallbackSpec> callbacks;
};

/// JSON forms, used between processes and as the canonical text that keys are made of.
/// from_json throws support::InputError naming the field that is missing or of the wrong type;
/// fields that are not known are ignored. Numbers that are not finite survive the round trip.
void to_json(nlohmann::json& json, const LayerSpec& layer);
void from_json(const nlohmann::json& json, LayerSpec& layer);
void to_json(nlohmann::json& json, const ModelSpec& model);
void from_json(const nlohmann::json& json, ModelSpec& model);
void to_json(nlohmann::json& json, const OptimizerSpec& optimizer);
void from_json(const nlohmann::json& json, OptimizerSpec& optimizer);
void to_json(nlohmann::json& json, const CompileSpec& compile);
void from_json(const nlohmann::json& json, CompileSpec& compile);
void to_json(nlohmann::json& json, const FitSpec& fit);
void from_json(const nlohmann::json& json, FitSpec& fit);

}  // namespace dlfix::trainer
