#include "trainer/torch/data.h"

#include <ATen/Dispatch.h>

#include <algorithm>
#include <cmath>

#include "trainer/support/npy.h"
#include "trainer/torch/failure.h"

namespace dlfix::trainer {
namespace {

std::optional<at::ScalarType> same_type(const std::string& dtype) {
  static const std::map<std::string, at::ScalarType> kTypes{
      {"float32", at::kFloat}, {"uint8", at::kByte}, {"int8", at::kChar},   {"int16", at::kShort},
      {"int32", at::kInt},     {"bool", at::kBool},  {"float16", at::kHalf}};
  const auto found = kTypes.find(dtype);
  if (found == kTypes.end()) return std::nullopt;
  return found->second;
}

Tensor converted(const support::NpyArray& array) {
  constexpr std::int64_t kBlockRows = 4096;
  Tensor tensor = at::empty(array.shape(), at::kFloat);
  float* out = tensor.data_ptr<float>();
  for (std::int64_t first = 0; first < array.rows(); first += kBlockRows) {
    const std::int64_t count = std::min(kBlockRows, array.rows() - first);
    for (double value : array.to_double(first, count)) *out++ = static_cast<float>(value);
  }
  return tensor;
}

// Rows are taken in random order, which no processor foresees.
void prefetch_row(const void* row, std::size_t bytes) {
  constexpr std::size_t kLine = 64;
  constexpr std::size_t kMost = 64 * kLine;
  for (std::size_t at = 0; at < std::min(bytes, kMost); at += kLine) {
    __builtin_prefetch(static_cast<const char*>(row) + at);
  }
}

std::string key_of(const ArrayRef& array) {
  return array.sha256.empty() ? array.path : array.sha256;
}

}  // namespace

Tensor DataCache::load(const ArrayRef& array) const {
  const support::NpyArray file = support::NpyArray::open(array.path);
  if (file.shape().empty()) fail_as_crash("the array " + array.path + " has no rows");
  const auto type = same_type(file.dtype());
  if (!type) return converted(file).to(device_);
  // The tensor keeps the mapping alive; nobody writes through it.
  return at::from_blob(
             const_cast<void*>(file.data()), file.shape(), [file](void*) {},
             at::TensorOptions(*type))
      .to(device_);
}

Tensor DataCache::joined(const std::vector<ArrayRef>& parts) {
  if (parts.empty()) fail_as_crash("an array of the training has no parts");
  std::string key;
  for (const ArrayRef& part : parts) key += key_of(part) + "+";
  const auto known = arrays_.find(key);
  if (known != arrays_.end()) return known->second;
  Tensors tensors;
  for (const ArrayRef& part : parts) tensors.push_back(load(part));
  for (Tensor& tensor : tensors) {
    if (tensor.scalar_type() != tensors[0].scalar_type()) {
      for (Tensor& each : tensors) each = each.to(at::kFloat);
      break;
    }
  }
  return arrays_[key] = tensors.size() == 1 ? tensors[0] : at::cat(tensors, 0);
}

void DataCache::trim(std::size_t bytes) {
  std::size_t total = 0;
  for (const auto& [key, tensor] : arrays_) total += tensor.nbytes();
  if (total > bytes) arrays_.clear();
}

Rows Rows::range(std::int64_t first, std::int64_t size) const {
  Rows part = *this;
  part.count = size;
  part.rows = rows.defined() ? rows.narrow(0, first, size)
                             : at::arange(first, first + size,
                                          at::TensorOptions(labels.device()).dtype(at::kLong));
  return part;
}

Tensor Rows::gather(const Tensor& array, const Tensor& index, std::int64_t replicas) const {
  const Tensor place = rows.defined() ? rows.index_select(0, index) : index;
  const Tensor picked = array.index_select(0, place);
  return picked.view(with_leading({replicas, index.size(0) / replicas}, row_shape(array)));
}

Tensor Rows::gather_floats(const Tensor& array, const Tensor& index, std::int64_t replicas) const {
  if (!array.is_cpu() || !array.is_contiguous() || array.scalar_type() == at::kHalf) {
    return gather(array, index, replicas).to(at::kFloat);
  }
  Tensor picked =
      at::empty(with_leading({replicas, index.size(0) / replicas}, row_shape(array)), at::kFloat);
  const Tensor places = index.contiguous();
  const std::int64_t* chosen = rows.defined() ? rows.data_ptr<std::int64_t>() : nullptr;
  const std::int64_t width = array.size(0) == 0 ? 0 : array.numel() / array.size(0);
  AT_DISPATCH_ALL_TYPES_AND(at::kBool, array.scalar_type(), "gather_floats", [&] {
    const auto* from = array.data_ptr<scalar_t>();
    float* to = picked.data_ptr<float>();
    const std::int64_t* const index_of = places.data_ptr<std::int64_t>();
    const std::int64_t count = places.numel();
    const auto row_at = [&](std::int64_t i) {
      return from + (chosen != nullptr ? chosen[index_of[i]] : index_of[i]) * width;
    };
    for (std::int64_t i = 0; i < count; ++i, to += width) {
      const scalar_t* const row = row_at(i);
      if (i + 1 < count) prefetch_row(row_at(i + 1), width * sizeof(scalar_t));
      for (std::int64_t k = 0; k < width; ++k) to[k] = static_cast<float>(row[k]);
    }
  });
  return picked;
}

Shape Rows::row_shape(const Tensor& array) {
  const auto sizes = array.sizes();
  return Shape(sizes.begin() + 1, sizes.end());
}

Rows load_rows(const RowSet& set, DataCache& cache) {
  Rows rows;
  for (const auto& parts : set.inputs) rows.inputs.push_back(cache.joined(parts));
  if (rows.inputs.empty()) fail_as_crash("the training has no inputs");
  rows.labels = cache.joined(set.labels);
  if (!set.sample_weights.empty()) rows.sample_weights = cache.joined(set.sample_weights);
  const std::int64_t count = rows.labels.size(0);
  for (const Tensor& input : rows.inputs) {
    if (input.size(0) != count) {
      fail_as_crash("x has " + std::to_string(input.size(0)) + " rows and y has " +
                    std::to_string(count));
    }
  }
  rows.count = count;
  if (set.rows) {
    for (std::int64_t row : *set.rows) {
      if (row < 0 || row >= count) fail_as_crash("row " + std::to_string(row) + " does not exist");
    }
    rows.rows = index_tensor(*set.rows, rows.labels.device());
    rows.count = static_cast<std::int64_t>(set.rows->size());
  }
  return rows;
}

std::pair<Rows, Rows> split_validation(const Rows& rows, double split) {
  const auto first = static_cast<std::int64_t>(std::floor(double(rows.count) * (1 - split)));
  if (first <= 0 || first >= rows.count) {
    fail_as_crash("validation_split=" + std::to_string(split) + " of " +
                  std::to_string(rows.count) + " rows leaves one side empty");
  }
  return {rows.range(0, first), rows.range(first, rows.count - first)};
}

}  // namespace dlfix::trainer
