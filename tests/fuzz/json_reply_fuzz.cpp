// Any text as a model's reply.
#include <cstddef>
#include <cstdint>

#include "mapping/patch/json_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reply = dlfix::mapping::read_json_reply({reinterpret_cast<const char*>(data), size});
  if (reply.strict && !reply.object) __builtin_trap();
  return 0;
}
