// Weights on disk.
#include "trainer/spec/weights_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::trainer {
namespace {

namespace fs = std::filesystem;

class WeightsFileTest : public ::testing::Test {
 protected:
  WeightsFileTest()
      : folder_(fs::temp_directory_path() /
                ("dlfix_weights_" +
                 std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                 std::to_string(getpid()))) {}
  ~WeightsFileTest() override { fs::remove_all(folder_); }

  /// A file of these bytes under its own name.
  WeightsFile file_of(const std::string& bytes) const {
    fs::create_directories(folder_);
    const std::string path = (folder_ / "other").string();
    std::ofstream(path, std::ios::binary) << bytes;
    return {path, support::sha256(bytes)};
  }

  fs::path folder_;
};

std::string with_header(const std::string& header, const std::string& numbers) {
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  return bytes + header + numbers;
}

TEST_F(WeightsFileTest, ComesBackAsItWas) {
  const std::vector<NamedWeight> weights{
      {"0/kernel", {2, 3}, {1, 2, 3, 4, 5, -0.5F}}, {"1/bias", {0}, {}}, {"2/scale", {}, {7}}};
  const WeightsFile file = write_weights(folder_.string(), weights);
  EXPECT_EQ(file.sha256, support::sha256_file(file.path));
  const auto read = read_weights(file);
  ASSERT_EQ(read.size(), weights.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].name, weights[i].name);
    EXPECT_EQ(read[i].shape, weights[i].shape);
    EXPECT_EQ(read[i].values, weights[i].values);
  }
  EXPECT_EQ(write_weights(folder_.string(), weights).path, file.path);
}

TEST_F(WeightsFileTest, IsReadByItsFormatAlone) {
  const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const auto read = read_weights(file_of(with_header(header, std::string("\0\0\x80\x3f", 4))));
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].values, std::vector<float>{1});
}

TEST_F(WeightsFileTest, WhatIsNoWeightsFileIsNamed) {
  for (const std::string& bytes :
       {std::string(), std::string("short"), std::string(8, '\xff') + "{}", with_header("[]", ""),
        with_header("{", ""), with_header(R"({"a":1})", ""),
        with_header(R"({"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}})", "xx"),
        with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", "1234"),
        with_header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "1234"),
        with_header(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", "1234")}) {
    const WeightsFile file = file_of(bytes);
    try {
      read_weights(file);
      ADD_FAILURE() << bytes;
    } catch (const support::InputError& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(file.path));
    }
  }
}

TEST_F(WeightsFileTest, AChangedOrMissingFileIsAnError) {
  WeightsFile file = write_weights(folder_.string(), {{"a", {1}, {1}}});
  std::ofstream(file.path, std::ios::app) << " ";
  EXPECT_THROW(read_weights(file), support::InputError);
  file.path += "x";
  EXPECT_THROW(read_weights(file), support::EnvironmentError);
}

}  // namespace
}  // namespace dlfix::trainer
