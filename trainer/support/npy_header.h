// The text header of a .npy file: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::support {

struct NpyHeader {
  std::string dtype;          ///< numpy's name: float32, bool, ...
  std::size_t item_size = 0;  ///< bytes
  std::vector<std::int64_t> shape;
  std::size_t items = 0;        ///< product of the shape
  std::size_t data_offset = 0;  ///< of the first item in the file
};

/// Reads the header at the start of a file's bytes (format versions 1 to 3, NumPy's
/// numpy.lib.format). Errors: InputError beginning with `path`. A header never makes the array
/// larger than the bytes that are there.
NpyHeader read_npy_header(std::string_view file, const std::string& path);

/// The header that numpy.save writes for a C-order array (version 1, padded to 64 bytes).
/// Errors: InputError for a type that NpyArray does not know or a negative dimension.
std::string make_npy_header(const std::vector<std::int64_t>& shape, const std::string& dtype);

/// Bytes of one item; 0 for a type that is not known.
std::size_t npy_item_size(std::string_view dtype);

/// Product of dimensions. Errors: InputError beginning with `path` when it does not fit.
std::size_t npy_items(const std::vector<std::int64_t>& shape, const std::string& path);

}  // namespace dlfix::support
