#include "trainer/support/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::support {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Npy : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  /// Writes a file with the given header text (padded as needed only when asked) and body.
  std::string file(const std::string& header, const std::string& body, char version = 1) {
    std::string bytes = std::string("\x93NUMPY") + version + '\0';
    const std::size_t size_bytes = version == 1 ? 2 : 4;
    for (std::size_t i = 0; i < size_bytes; ++i) {
      bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
    }
    std::ofstream(path("x.npy"), std::ios::binary) << bytes << header << body;
    return path("x.npy");
  }

  static std::string dictionary(const std::string& type, const std::string& shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  }

  std::string folder_ = testing::TempDir() + "dlfix_npy_" + std::to_string(::getpid());
};

TEST_F(Npy, RoundTripsEveryType) {
  for (const char* type : {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                           "uint64", "float16", "float32", "float64"}) {
    std::vector<char> zeros(6 * 8, 0);
    write_npy(path("x.npy"), {2, 3}, type, zeros.data());
    const NpyArray array = NpyArray::open(path("x.npy"));
    EXPECT_EQ(array.dtype(), type);
    EXPECT_THAT(array.shape(), ElementsAre(2, 3));
    EXPECT_EQ(array.to_double(0, 2), std::vector<double>(6, 0.0)) << type;
  }
}

TEST_F(Npy, KeepsValuesAndGivesRows) {
  const std::vector<float> values{1.5F, -2, 3, 4, 5, INFINITY};
  write_npy(path("x.npy"), {3, 2}, "float32", values.data());
  const NpyArray array = NpyArray::open(path("x.npy"));
  EXPECT_EQ(array.rows(), 3);
  EXPECT_EQ(array.row_items(), 2);
  EXPECT_EQ(std::memcmp(array.data(), values.data(), 24), 0);
  EXPECT_THAT(array.to_double(1, 2), ElementsAre(3, 4, 5, INFINITY));
  EXPECT_THAT(array.to_double(3, 0), ElementsAre());
  EXPECT_THROW(array.to_double(2, 2), InputError);
  EXPECT_THROW(array.to_double(-1, 1), InputError);
}

TEST_F(Npy, ReadsHalves) {
  const std::vector<std::uint16_t> bits{0x3c00, 0xc000, 0x0001, 0x7bff,
                                        0x7c00, 0xfc00, 0x7e00, 0x8000};
  write_npy(path("x.npy"), {8}, "float16", bits.data());
  const auto values = NpyArray::open(path("x.npy")).to_double(0, 8);
  EXPECT_THAT(std::vector<double>(values.begin(), values.begin() + 6),
              ElementsAre(1, -2, std::ldexp(1, -24), 65504, INFINITY, -INFINITY));
  EXPECT_TRUE(std::isnan(values[6]));
  EXPECT_TRUE(std::signbit(values[7]));
}

TEST_F(Npy, AgreesWithNumpy) {
  ProcessOptions options;
  options.arguments = {"/usr/bin/python3", "-c", R"(
import sys, numpy as np
a = np.load(sys.argv[1]); assert a.dtype == np.int16 and a.shape == (2, 2) and a[1, 0] == -7
np.save(sys.argv[2], np.arange(12, dtype=np.uint16).reshape(3, 2, 2))
with open(sys.argv[3], 'wb') as f: np.lib.format.write_array(f, np.ones(4, np.float16), version=(3, 0))
)", path("a.npy"), path("b.npy"), path("c.npy")};
  const std::vector<std::int16_t> values{1, 2, -7, 4};
  write_npy(path("a.npy"), {2, 2}, "int16", values.data());
  const auto result = run_process(options);
  if (result.standard_error.find("No module named 'numpy'") != std::string::npos) {
    GTEST_SKIP() << "no numpy";
  }
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  EXPECT_THAT(NpyArray::open(path("b.npy")).to_double(2, 1), ElementsAre(8, 9, 10, 11));
  EXPECT_THAT(NpyArray::open(path("c.npy")).to_double(0, 4), ElementsAre(1, 1, 1, 1));
}

TEST_F(Npy, ReadsVersionsAndUnalignedData) {
  for (const char version : {1, 2, 3}) {
    const std::vector<double> values{1, 2};
    const std::string body(reinterpret_cast<const char*>(values.data()), 16);
    const auto array = NpyArray::open(file(dictionary("<f8", "(2,)") + "  ", body, version));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.data()) % 8, 0U);
    EXPECT_THAT(array.to_double(0, 2), ElementsAre(1, 2));
  }
}

TEST_F(Npy, AcceptsEmptyAndScalarArrays) {
  EXPECT_EQ(NpyArray::open(file(dictionary("<f4", "(0, 5)"), "")).rows(), 0);
  const auto scalar = NpyArray::open(file(dictionary("|u1", "()"), "x"));
  EXPECT_TRUE(scalar.shape().empty());
  EXPECT_EQ(scalar.rows(), 0);
}

TEST_F(Npy, CopiesShareTheMapping) {
  const std::vector<std::uint8_t> values{1, 2, 3};
  write_npy(path("x.npy"), {3}, "uint8", values.data());
  NpyArray copy;
  {
    const NpyArray array = NpyArray::open(path("x.npy"));
    copy = array;
    std::filesystem::remove(path("x.npy"));
  }
  EXPECT_THAT(copy.to_double(0, 3), ElementsAre(1, 2, 3));
}

TEST_F(Npy, RefusesWhatItCannotRead) {
  const auto refused = [&](const std::string& header, const std::string& why) {
    EXPECT_THAT([&] { NpyArray::open(file(header, std::string(64, '\0'))); },
                ThrowsMessage<InputError>(testing::AllOf(HasSubstr("x.npy"), HasSubstr(why))))
        << header;
  };
  refused(dictionary(">f4", "(2,)"), "big-endian");
  refused(dictionary("|O", "(2,)"), "'|O'");
  refused(dictionary("<U5", "(2,)"), "'<U5'");
  refused(dictionary("<c8", "(2,)"), "'<c8'");
  refused("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "structured");
  refused("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", "Fortran");
  refused(dictionary("<f4", "(100,)"), "cut short");
}

TEST_F(Npy, RefusesHostileHeaders) {
  const auto refused = [&](const std::string& header) {
    EXPECT_THROW(NpyArray::open(file(header, std::string(64, '\0'))), InputError) << header;
  };
  refused(dictionary("<f8", "(-1,)"));
  refused(dictionary("<f8", "(9223372036854775807,)"));
  refused(dictionary("<f8", "(99999999999999999999,)"));
  refused(dictionary("<f8", "(4294967296, 4294967296)"));
  refused(dictionary("<f8", "(0, 4294967296, 4294967296)"));
  refused(dictionary("<f8", "(2305843009213693952, 8)"));
  std::string deep = "(";
  for (int i = 0; i < 100; ++i) deep += "1, ";
  refused(dictionary("<f8", deep + ")"));
  for (const char* text : {"", "{", "{}", "{'descr'", "{'descr': '<f4'}", "{'shape': (1,}",
                           "{'descr': '', 'fortran_order': False, 'shape': ()}", "[1, 2]",
                           "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (x,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}"}) {
    refused(text);
  }
}

TEST_F(Npy, RefusesWhatIsNoNpyFile) {
  for (const std::string& bytes :
       {std::string("PK\3\4 a zip"), std::string("\x93NUM"), std::string("\x93NUMPY\x01"),
        std::string("\x93NUMPY\x09\0aa", 10), std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12),
        std::string()}) {
    std::ofstream(path("x.npy"), std::ios::binary) << bytes;
    EXPECT_THROW(NpyArray::open(path("x.npy")), InputError);
  }
  EXPECT_THROW(NpyArray::open(folder_), InputError);
  EXPECT_THROW(NpyArray::open(path("absent.npy")), EnvironmentError);
}

TEST_F(Npy, WritesAtomicallyOrNotAtAll) {
  const std::vector<float> values{1};
  EXPECT_THROW(write_npy(path("no/x.npy"), {1}, "float32", values.data()), EnvironmentError);
  EXPECT_THROW(write_npy(path("x.npy"), {1}, "complex64", values.data()), InputError);
  EXPECT_THROW(write_npy(path("x.npy"), {-1}, "float32", values.data()), InputError);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace dlfix::support
