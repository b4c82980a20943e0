// Small models, data and trainings for the tests of the engine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::trainer::testing {

/// A directory that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

/// Writes floats as float32 .npy.
ArrayRef write_array(const std::string& path, const Shape& shape, const std::vector<float>& values);

LayerSpec layer(const std::string& class_name, nlohmann::json attributes);
LayerSpec dense(int units, const std::string& activation,
                nlohmann::json more = nlohmann::json::object());
/// Chains the layers.
ModelSpec sequential(std::vector<LayerSpec> layers, Shape input);

/// A classification problem that can be learnt: `classes` clusters in `features` dimensions.
struct Problem {
  ArrayRef x, ids, one_hot;
  RowSet with_ids() const { return {{{x}}, {ids}, {}, {}}; }
  RowSet with_one_hot() const { return {{{x}}, {one_hot}, {}, {}}; }
};
Problem make_problem(const TemporaryFolder& folder, const std::string& name, int rows, int features,
                     int classes, unsigned seed = 1);

/// A request with two Dense layers, Adam, three epochs.
TrainingRequest small_request(const Problem& problem, int features, int classes);

/// Trains on test_device(); results in the order of the requests.
std::vector<TrainingResult> train(const std::vector<TrainingRequest>& requests);
/// The same on a device of that name.
std::vector<TrainingResult> train_on(const std::string& device,
                                     const std::vector<TrainingRequest>& requests);
TrainingResult train_one(const TrainingRequest& request);

}  // namespace dlfix::trainer::testing
