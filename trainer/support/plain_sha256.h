// SHA-256 (FIPS 180-4) of our own, for builds of the trainer alone where OpenSSL is not installed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace dlfix::support {

class PlainSha256 {
 public:
  void add(std::string_view bytes);
  /// The hash of all that was added, in lower case; nothing may be added after it.
  std::string hexadecimal();

 private:
  void mix();

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> block_{};
  std::size_t filled_ = 0;
  std::uint64_t size_ = 0;  ///< bytes
};

}  // namespace dlfix::support
