#include "agent/store/compression.h"

#include <zlib.h>

#include <array>

#include "trainer/support/errors.h"

namespace dlfix::agent {

std::string compress(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string bytes(size, '\0');
  compress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
            reinterpret_cast<const Bytef*>(text.data()), text.size(), Z_DEFAULT_COMPRESSION);
  bytes.resize(size);
  return bytes;
}

std::string decompress(std::string_view bytes) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  inflateInit(&stream);
  std::string text;
  std::array<char, 1 << 16> block;
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = block.size();
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(block.data(), block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) {
    throw support::EnvironmentError("a stored record is damaged",
                                    "remove it with `store gc --all`");
  }
  return text;
}

}  // namespace dlfix::agent
