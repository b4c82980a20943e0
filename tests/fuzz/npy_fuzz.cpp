// Any bytes as a .npy file. The file lies in memory: a slow disk is no finding.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "trainer/support/errors.h"
#include "trainer/support/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int kFile = memfd_create("npy_fuzz", 0);
  if (kFile < 0 || ftruncate(kFile, 0) != 0 ||
      pwrite(kFile, data, size, 0) != static_cast<ssize_t>(size))
    __builtin_trap();
  try {
    const auto array = dlfix::support::NpyArray::open("/proc/self/fd/" + std::to_string(kFile));
    if (array.rows() > 0) array.to_double(0, 1);
  } catch (const dlfix::support::Error&) {
  }
  return 0;
}
