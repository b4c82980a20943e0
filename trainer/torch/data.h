// Rows of data as compact tensors, gathered per batch.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "trainer/spec/training.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// Arrays in the type that they have on disk (mapped, not copied, on a CPU), by their hash; types
/// of eight bytes as floats.
class DataCache {
 public:
  explicit DataCache(const at::Device& device) : device_(device) {}
  /// Parts laid end to end: [rows, ...].
  /// Errors: support::InputError / EnvironmentError of NpyArray.
  Tensor joined(const std::vector<ArrayRef>& parts);
  /// Forgets arrays when they take more than `bytes`.
  void trim(std::size_t bytes);

 private:
  Tensor load(const ArrayRef& array) const;

  at::Device device_;
  std::map<std::string, Tensor> arrays_;
};

/// A RowSet in memory, or a range of one.
struct Rows {
  Tensors inputs;
  Tensor labels;
  Tensor sample_weights;  ///< undefined: none
  Tensor rows;            ///< which rows of the arrays; undefined: all
  std::int64_t count = 0;

  /// Rows [first, first + count) of this set.
  Rows range(std::int64_t first, std::int64_t size) const;
  /// Rows of `array` at `index` (positions in this set) as [replicas, index / replicas, ...] of
  /// its own type.
  Tensor gather(const Tensor& array, const Tensor& index, std::int64_t replicas) const;
  /// The same as floats; one pass where the numbers lie in a processor's memory.
  Tensor gather_floats(const Tensor& array, const Tensor& index, std::int64_t replicas) const;
  /// Shape of one row of an array.
  static Shape row_shape(const Tensor& array);
};

/// Errors: TrainingFailure (kCrash) when numbers of rows do not agree.
Rows load_rows(const RowSet& set, DataCache& cache);

/// The parts of validation_split: floor(n * (1 - split)) rows of training, then validation.
/// Errors: TrainingFailure (kCrash) when a side is empty.
std::pair<Rows, Rows> split_validation(const Rows& rows, double split);

}  // namespace dlfix::trainer
