#include "trainer/support/hash.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "trainer/support/errors.h"
#include "trainer/support/plain_sha256.h"

namespace dlfix::support {
namespace {

TEST(Sha256, AgreesWithThePublishedVectors) {  // FIPS 180-2, appendix B
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Every length around a block's end, added in two pieces.
TEST(Sha256, OurOwnIsTheSame) {
  for (std::size_t length = 0; length < 200; ++length) {
    std::string bytes(length, '\0');
    for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<char>(i * 37 + length);
    PlainSha256 plain;
    plain.add(std::string_view(bytes).substr(0, length / 3));
    plain.add(std::string_view(bytes).substr(length / 3));
    EXPECT_EQ(plain.hexadecimal(), sha256(bytes)) << length;
  }
  PlainSha256 million;
  million.add(std::string(1000000, 'a'));
  EXPECT_EQ(million.hexadecimal(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
  const std::string path = testing::TempDir() + "dlfix_hash_" + std::to_string(::getpid());
  const std::string bytes(3 << 20, '\0');
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(sha256_file(path), sha256(bytes));
  std::ofstream(path, std::ios::binary | std::ios::trunc);
  EXPECT_EQ(sha256_file(path), sha256(""));
  ::unlink(path.c_str());
}

TEST(Sha256, NamesAFileThatCannotBeRead) {
  try {
    sha256_file("/no/such/file");
    FAIL();
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("/no/such/file"), std::string::npos);
  }
  EXPECT_THROW(sha256_file("/tmp"), EnvironmentError);
}

}  // namespace
}  // namespace dlfix::support
