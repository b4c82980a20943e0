// NumPy's .npy files (format versions 1 to 3), memory-mapped.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dlfix::support {

/// A read-only view of an array on disk, C order. Copies share the mapping.
class NpyArray {
 public:
  /// Errors: InputError (not .npy, Fortran order, object or structured type, short file) or
  /// EnvironmentError (cannot be opened), naming the file.
  static NpyArray open(const std::string& path);

  const std::vector<std::int64_t>& shape() const { return shape_; }
  const std::string& dtype() const { return dtype_; }  ///< float32, uint8, bool, ...
  std::size_t item_size() const { return item_size_; }
  const void* data() const { return data_; }
  std::int64_t rows() const { return shape_.empty() ? 0 : shape_[0]; }
  std::int64_t row_items() const;  ///< product of the dimensions after the first
  /// Any numeric type as double / float, element by element, of rows [first, first + count).
  std::vector<double> to_double(std::int64_t first, std::int64_t count) const;

 private:
  std::shared_ptr<const void> mapping_;
  const void* data_ = nullptr;
  std::vector<std::int64_t> shape_;
  std::string dtype_;
  std::size_t item_size_ = 0;
};

/// Writes a C-order array atomically (temporary file, then rename). dtype as in NpyArray.
void write_npy(const std::string& path, const std::vector<std::int64_t>& shape,
               const std::string& dtype, const void* data);

}  // namespace dlfix::support
