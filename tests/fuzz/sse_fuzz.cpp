// Any bytes as a stream of events: however they are split, the same events come out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "providers/json_fields.h"
#include "providers/sse.h"

namespace {

using namespace dlfix::providers;

template <typename Decoder>
std::vector<std::string> events(std::string_view bytes, std::size_t step) {
  std::vector<std::string> list;
  Decoder decoder(
      [&](const StreamEvent& event) { list.push_back(event.name + "\n" + event.data); });
  for (std::size_t at = 0; at < bytes.size(); at += step) decoder.feed(bytes.substr(at, step));
  decoder.finish();
  return list;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = data[0] % 16 + 1;
  if (events<SseDecoder>(bytes, step) != events<SseDecoder>(bytes, size)) std::abort();
  if (events<LineDecoder>(bytes, step) != events<LineDecoder>(bytes, size)) std::abort();
  const std::string valid = valid_utf8(bytes);
  if (valid != valid_utf8(valid)) std::abort();
  parse_json(bytes);
  return 0;
}
