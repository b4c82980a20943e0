#include "trainer/support/npy.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <fmt/core.h>

#include "trainer/support/errors.h"
#include "trainer/support/npy_header.h"
#include "trainer/support/unique_fd.h"

namespace dlfix::support {
namespace {

[[noreturn]] void fail(const std::string& path, const char* doing) {
  throw EnvironmentError(fmt::format("cannot {} {}: {}", doing, path, std::strerror(errno)));
}

struct MappedFile {
  std::shared_ptr<const void> owner;
  std::string_view bytes;
};

MappedFile map_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) fail(path, "open");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(path, "look at");
  if (!S_ISREG(status.st_mode)) throw InputError(fmt::format("{}: not a file", path));
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) throw InputError(fmt::format("{}: not a .npy file (it is empty)", path));
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) fail(path, "map");
  std::shared_ptr<const void> owner(
      address, [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
  return {owner, {static_cast<const char*>(address), size}};
}

/// IEEE 754 binary16, exactly.
double half_to_double(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  double value = 0;
  if (exponent == 0x1f) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(0x400 + fraction, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

template <typename Item>
void convert(const void* data, std::size_t first, std::vector<double>& values) {
  const auto* items = static_cast<const Item*>(data) + first;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(items[i]);
}

void convert_halves(const void* data, std::size_t first, std::vector<double>& values) {
  const auto* items = static_cast<const std::uint16_t*>(data) + first;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = half_to_double(items[i]);
}

void convert_truths(const void* data, std::size_t first, std::vector<double>& values) {
  const auto* items = static_cast<const std::uint8_t*>(data) + first;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = items[i] != 0 ? 1 : 0;
}

using Converter = void (*)(const void*, std::size_t, std::vector<double>&);
Converter converter_of(const std::string& dtype) {
  if (dtype == "bool") return convert_truths;
  if (dtype == "int8") return convert<std::int8_t>;
  if (dtype == "int16") return convert<std::int16_t>;
  if (dtype == "int32") return convert<std::int32_t>;
  if (dtype == "int64") return convert<std::int64_t>;
  if (dtype == "uint8") return convert<std::uint8_t>;
  if (dtype == "uint16") return convert<std::uint16_t>;
  if (dtype == "uint32") return convert<std::uint32_t>;
  if (dtype == "uint64") return convert<std::uint64_t>;
  if (dtype == "float16") return convert_halves;
  if (dtype == "float32") return convert<float>;
  return convert<double>;
}

void write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, "write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// A file that is removed unless it is put in its place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target) : target_(target), path_(target + ".XXXXXX") {
    file_.reset(::mkostemp(path_.data(), O_CLOEXEC));
    if (!file_) fail(target, "write");
  }
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int get() const { return file_.get(); }
  void put_in_place() {
    ::fchmod(file_.get(), 0644);
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, "write");
    path_.clear();
  }

 private:
  std::string target_, path_;
  UniqueFd file_;
};

}  // namespace

NpyArray NpyArray::open(const std::string& path) {
  const MappedFile file = map_file(path);
  const NpyHeader header = read_npy_header(file.bytes, path);
  NpyArray array;
  array.shape_ = header.shape;
  array.dtype_ = header.dtype;
  array.item_size_ = header.item_size;
  array.mapping_ = file.owner;
  array.data_ = file.bytes.data() + header.data_offset;
  if (header.data_offset % header.item_size != 0) {  // allowed by the format, but not by processors
    const std::size_t size = header.items * header.item_size;
    const std::shared_ptr<char[]> copy(new char[size + 1]);
    std::memcpy(copy.get(), array.data_, size);
    array.data_ = copy.get();
    array.mapping_ = copy;
  }
  return array;
}

std::int64_t NpyArray::row_items() const {
  std::int64_t items = 1;
  for (std::size_t i = 1; i < shape_.size(); ++i) items *= shape_[i];
  return items;
}

std::vector<double> NpyArray::to_double(std::int64_t first, std::int64_t count) const {
  if (first < 0 || count < 0 || first > rows() || count > rows() - first) {
    throw InputError(fmt::format("rows {} to {} of an array of {}", first, first + count, rows()));
  }
  std::vector<double> values(static_cast<std::size_t>(count * row_items()));
  converter_of(dtype_)(data_, static_cast<std::size_t>(first * row_items()), values);
  return values;
}

void write_npy(const std::string& path, const std::vector<std::int64_t>& shape,
               const std::string& dtype, const void* data) {
  const std::string header = make_npy_header(shape, dtype);
  const std::size_t size = npy_items(shape, path) * npy_item_size(dtype);
  TemporaryFile file(path);
  write_all(file.get(), header, path);
  write_all(file.get(), {static_cast<const char*>(data), size}, path);
  file.put_in_place();
}

}  // namespace dlfix::support
