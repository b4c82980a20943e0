#include "trainer/support/npy_header.h"

#include <array>
#include <charconv>
#include <limits>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "trainer/support/errors.h"

namespace dlfix::support {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kMostDimensions = 64;  // NumPy's own limit

struct Type {
  std::string_view name, code;
  std::size_t size;
};
constexpr std::array<Type, 12> kTypes{{{"bool", "b1", 1},
                                       {"int8", "i1", 1},
                                       {"int16", "i2", 2},
                                       {"int32", "i4", 4},
                                       {"int64", "i8", 8},
                                       {"uint8", "u1", 1},
                                       {"uint16", "u2", 2},
                                       {"uint32", "u4", 4},
                                       {"uint64", "u8", 8},
                                       {"float16", "f2", 2},
                                       {"float32", "f4", 4},
                                       {"float64", "f8", 8}}};

[[noreturn]] void refuse(const std::string& path, const std::string& why,
                         const std::string& remedy = "") {
  throw InputError(fmt::format("{}: {}", path, why), remedy);
}

/// Reads the few Python literals that a header is made of.
class Cursor {
 public:
  Cursor(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  bool take(char wanted) {
    skip_space();
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) malformed();
  }
  std::string quoted() {
    skip_space();
    if (text_.empty() || (text_.front() != '\'' && text_.front() != '"')) malformed();
    const std::size_t end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) malformed();
    std::string inside(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return inside;
  }
  bool truth() {
    skip_space();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return value;
    }
    malformed();
  }
  std::int64_t dimension() {
    skip_space();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error == std::errc::result_out_of_range || (error == std::errc() && value < 0)) {
      refuse(path_, "its header has a dimension that no array can have");
    }
    if (error != std::errc()) malformed();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    take('L');  // Python 2 wrote long integers so
    return value;
  }
  /// The value of 'descr' when it is not a string: a structured type.
  bool at_list() {
    skip_space();
    return !text_.empty() && text_.front() == '[';
  }
  [[noreturn]] void malformed() const { refuse(path_, "its .npy header is damaged"); }

 private:
  void skip_space() {
    while (!text_.empty() && std::string_view(" \t\r\n").find(text_.front()) != std::string::npos) {
      text_.remove_prefix(1);
    }
  }
  std::string_view text_;
  const std::string& path_;
};

const Type& type_of(const std::string& code, const std::string& path) {
  const char order = code.empty() ? '\0' : code.front();
  const std::string_view rest = std::string_view(code).substr(code.empty() ? 0 : 1);
  for (const Type& type : kTypes) {
    if (rest != type.code) continue;
    if (order == '>' && type.size > 1) {
      refuse(path, fmt::format("its items are big-endian ('{}')", code),
             "save it with array.astype(array.dtype.newbyteorder('='))");
    }
    if (order == '<' || order == '|' || order == '=' || order == '>') return type;
  }
  refuse(path, fmt::format("items of type '{}' are not numbers that can be read", code),
         "save a bool, integer or float array");
}

std::vector<std::int64_t> read_shape(Cursor& cursor, const std::string& path) {
  std::vector<std::int64_t> shape;
  cursor.expect('(');
  while (!cursor.take(')')) {
    if (shape.size() == kMostDimensions) refuse(path, "it has more dimensions than NumPy allows");
    shape.push_back(cursor.dimension());
    if (!cursor.take(',')) {
      cursor.expect(')');
      break;
    }
  }
  return shape;
}

struct Seen {
  bool type = false, order = false, shape = false;
};

NpyHeader read_dictionary(std::string_view text, const std::string& path) {
  NpyHeader header;
  Seen seen;
  Cursor cursor(text, path);
  cursor.expect('{');
  while (!cursor.take('}')) {
    const std::string key = cursor.quoted();
    cursor.expect(':');
    if (key == "descr") {
      if (cursor.at_list()) refuse(path, "its items are structured", "save one column at a time");
      const Type& type = type_of(cursor.quoted(), path);
      header.dtype = type.name;
      header.item_size = type.size;
      seen.type = true;
    } else if (key == "fortran_order") {
      if (cursor.truth()) {
        refuse(path, "it is in Fortran order", "save it with numpy.ascontiguousarray");
      }
      seen.order = true;
    } else if (key == "shape") {
      header.shape = read_shape(cursor, path);
      seen.shape = true;
    } else {
      cursor.malformed();
    }
    if (!cursor.take(',')) {
      cursor.expect('}');
      break;
    }
  }
  if (!seen.type || !seen.order || !seen.shape) cursor.malformed();
  return header;
}

/// Little-endian integer of `size` bytes.
std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

}  // namespace

std::size_t npy_item_size(std::string_view dtype) {
  for (const Type& type : kTypes) {
    if (type.name == dtype) return type.size;
  }
  return 0;
}

std::size_t npy_items(const std::vector<std::int64_t>& shape, const std::string& path) {
  // Checked as if no dimension were 0, so that products of some of the dimensions fit as well.
  std::int64_t bound = 8;  // bytes of the largest item
  bool empty = false;
  for (const std::int64_t size : shape) {
    if (size < 0) refuse(path, fmt::format("shape ({}) is negative", fmt::join(shape, ", ")));
    empty |= size == 0;
    if (size > 0 && __builtin_mul_overflow(bound, size, &bound)) {
      refuse(path, fmt::format("shape ({}) is larger than memory", fmt::join(shape, ", ")));
    }
  }
  return empty ? 0 : static_cast<std::size_t>(bound / 8);
}

NpyHeader read_npy_header(std::string_view file, const std::string& path) {
  constexpr std::size_t kVersionEnd = kMagic.size() + 2;
  if (!file.starts_with(kMagic) || file.size() < kVersionEnd) {
    refuse(path, "not a .npy file", "save it with numpy.save");
  }
  const int version = static_cast<unsigned char>(file[kMagic.size()]);
  if (version < 1 || version > 3) {
    refuse(path, fmt::format(".npy format version {} is not known", version));
  }
  const std::size_t length_size = version == 1 ? 2 : 4;
  if (file.size() < kVersionEnd + length_size) refuse(path, "the file is cut short");
  const std::size_t length = little_endian(file.substr(kVersionEnd, length_size));
  const std::size_t begin = kVersionEnd + length_size;
  if (file.size() - begin < length) refuse(path, "the file is cut short");
  NpyHeader header = read_dictionary(file.substr(begin, length), path);
  header.data_offset = begin + length;
  header.items = npy_items(header.shape, path);
  const std::size_t there = file.size() - header.data_offset;
  if (header.items * header.item_size > there) {
    refuse(path,
           fmt::format("the file is cut short: {} bytes of items, {} by its shape ({})", there,
                       header.items * header.item_size, fmt::join(header.shape, ", ")));
  }
  return header;
}

std::string make_npy_header(const std::vector<std::int64_t>& shape, const std::string& dtype) {
  std::string code;
  for (const Type& type : kTypes) {
    if (type.name == dtype) code = fmt::format("{}{}", type.size == 1 ? '|' : '<', type.code);
  }
  if (code.empty()) throw InputError(fmt::format("arrays of type '{}' cannot be written", dtype));
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                 code, fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  const std::size_t prefix = kMagic.size() + 4;
  text.append(kAlignment - (prefix + text.size() + 1) % kAlignment, ' ').push_back('\n');
  if (text.size() > std::numeric_limits<std::uint16_t>::max()) {
    throw InputError("an array with so many dimensions cannot be written");
  }
  std::string header(kMagic);
  header += '\x01';
  header += '\x00';
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

}  // namespace dlfix::support
