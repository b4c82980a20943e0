#include "agent/workflows/scaling.h"

#include <cmath>
#include <filesystem>
#include <vector>

#include "agent/workflows/joined_rows.h"
#include "trainer/support/hash.h"
#include "trainer/support/npy.h"

namespace dlfix::agent {
namespace {

using support::NpyArray;
using trainer::ArrayRef;
using trainer::RowSet;

struct FeatureScale {
  std::vector<double> mean;
  std::vector<double> deviation;  ///< 1 for constant features
};

FeatureScale measure(const RowSet& train, std::size_t input) {
  const auto& shape = train.inputs[input].front().shape;
  const auto features = static_cast<std::size_t>(shape.size() > 1 ? shape.back() : 1);
  std::vector<double> sum(features), squares(features);
  double count = 0;
  const JoinedRows rows(train.inputs[input]);
  for (const std::int64_t number : row_numbers(train)) {
    const std::vector<double> row = rows.row(number);
    for (std::size_t i = 0; i < row.size(); ++i) {
      sum[i % features] += row[i];
      squares[i % features] += row[i] * row[i];
    }
    count += static_cast<double>(row.size()) / static_cast<double>(features);
  }
  FeatureScale scale{std::vector<double>(features), std::vector<double>(features, 1.0)};
  for (std::size_t i = 0; i < features; ++i) {
    scale.mean[i] = sum[i] / count;
    const double variance = squares[i] / count - scale.mean[i] * scale.mean[i];
    if (variance > 1e-12) scale.deviation[i] = std::sqrt(variance);
  }
  return scale;
}

std::string scale_identity(const ArrayRef& array, const FeatureScale& scale) {
  const auto bytes = [](const std::vector<double>& values) {
    return std::string(reinterpret_cast<const char*>(values.data()),
                       values.size() * sizeof(double));
  };
  return support::sha256(array.sha256 + bytes(scale.mean) + bytes(scale.deviation));
}

ArrayRef scaled(const ArrayRef& array, const FeatureScale& scale, const std::string& directory) {
  ArrayRef result{directory + "/" + scale_identity(array, scale) + ".npy", array.shape, "float32",
                  ""};
  if (!std::filesystem::exists(result.path)) {
    const NpyArray source = NpyArray::open(array.path);
    const std::size_t features = scale.mean.size();
    const auto items = static_cast<std::size_t>(source.rows() * source.row_items());
    std::vector<float> values;
    values.reserve(items);
    for (std::int64_t row = 0; row < source.rows(); ++row) {
      const std::vector<double> read = source.to_double(row, 1);
      for (std::size_t i = 0; i < read.size(); ++i) {
        const std::size_t feature = i % features;
        values.push_back(
            static_cast<float>((read[i] - scale.mean[feature]) / scale.deviation[feature]));
      }
    }
    support::write_npy(result.path, array.shape, result.dtype, values.data());
  }
  result.sha256 = support::sha256_file(result.path);
  return result;
}

void scale_rows(RowSet& set, std::size_t input, const FeatureScale& scale,
                const std::string& directory) {
  for (ArrayRef& part : set.inputs[input]) part = scaled(part, scale, directory);
}

}  // namespace

void scale_inputs(trainer::TrainingRequest& request, const std::string& directory) {
  std::filesystem::create_directories(directory);
  for (std::size_t input = 0; input < request.train.inputs.size(); ++input) {
    const FeatureScale scale = measure(request.train, input);
    scale_rows(request.train, input, scale, directory);
    if (request.validation) scale_rows(*request.validation, input, scale, directory);
    for (auto& set : request.evaluate) scale_rows(set.data, input, scale, directory);
  }
}

}  // namespace dlfix::agent
