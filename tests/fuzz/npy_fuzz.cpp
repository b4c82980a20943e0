// Any bytes as a .npy file.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "trainer/support/errors.h"
#include "trainer/support/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string path = "/tmp/dlfix_npy_fuzz_" + std::to_string(getpid()) + ".npy";
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return 0;
  std::fwrite(data, 1, size, file);
  std::fclose(file);
  try {
    const auto array = dlfix::support::NpyArray::open(path);
    if (array.rows() > 0) array.to_double(0, 1);
  } catch (const dlfix::support::Error&) {
  }
  return 0;
}
