// A model's weights on disk, in the safetensors format: a training keeps them, another begins with
// them (AutoTrainer goes on from the model that it stopped).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::trainer {

/// `sha256` is of the file's bytes and identifies the weights.
struct WeightsFile {
  std::string path;
  std::string sha256;
};

/// Where a training begins instead of with drawn weights.
struct StartingWeights {
  WeightsFile file;
  /// [layer of the model]: the layer of the file's model whose weights it takes; -1, and what lies
  /// beyond the end: drawn as usual.
  std::vector<std::int64_t> layers;
};

/// One weight, row-major; named `LAYER/WEIGHT`, as "3/kernel".
struct NamedWeight {
  std::string name;
  Shape shape;
  std::vector<float> values;
};

/// Writes `<sha256>.safetensors` into the folder, which is made where it is missing; whole or not
/// at all. Errors: EnvironmentError naming the file.
WeightsFile write_weights(const std::string& folder, const std::vector<NamedWeight>& weights);

/// In the order of the file. Errors: InputError naming the file where it is no safetensors file of
/// float32 or not the one that `sha256` names; EnvironmentError where it cannot be read.
std::vector<NamedWeight> read_weights(const WeightsFile& file);

void to_json(nlohmann::json& json, const WeightsFile& file);
void from_json(const nlohmann::json& json, WeightsFile& file);
void to_json(nlohmann::json& json, const StartingWeights& start);
void from_json(const nlohmann::json& json, StartingWeights& start);

}  // namespace dlfix::trainer
