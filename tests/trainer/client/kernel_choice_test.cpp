#include "trainer/client/kernel_choice.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/temporary_folder.h"

namespace dlfix::trainer {
namespace {

class KernelChoice : public testing::Test {
 protected:
  KernelQuestion question(const std::string& flags) const {
    std::ofstream(folder_.path() + "/cpuinfo")
        << "processor\t: 0\nmodel name\t: A Processor\nflags\t\t: fpu sse2" << flags << " ht\n";
    return {"/no/such/trainer", folder_.path() + "/cache/kernels.json",
            folder_.path() + "/cpuinfo"};
  }
  /// Remembers what was measured.
  std::string choose(const KernelQuestion& question, std::optional<double> own,
                     std::optional<double> wide) {
    return choose_kernels(question, [&, own, wide](const std::string& core_type) {
      ++measurements_;
      return core_type.empty() ? own : wide;
    });
  }

  tests::TemporaryFolder folder_;
  int measurements_ = 0;
};

TEST_F(KernelChoice, FasterWideKernelsAreTakenAndRemembered) {
  const auto asked = question(" avx2 avx512f avx512bw");
  EXPECT_EQ(choose(asked, 95, 388), "SkylakeX");
  EXPECT_EQ(measurements_, 2);
  EXPECT_EQ(choose(asked, 388, 95), "SkylakeX");
  EXPECT_EQ(measurements_, 2);
}

TEST_F(KernelChoice, EqualKernelsAreLeftAlone) {
  EXPECT_EQ(choose(question(" avx512f"), 380, 388), "");
  EXPECT_EQ(choose(question(" avx512f"), 10, 388), "");  // remembered, too
  EXPECT_EQ(measurements_, 2);
}

TEST_F(KernelChoice, NothingIsMeasuredWithoutWideVectors) {
  EXPECT_EQ(choose(question(" avx2 fma"), 95, 388), "");
  EXPECT_EQ(measurements_, 0);
}

TEST_F(KernelChoice, WhatCannotBeMeasuredIsNotRemembered) {
  const auto asked = question(" avx512f");
  EXPECT_EQ(choose(asked, 95, std::nullopt), "");
  EXPECT_EQ(choose(asked, 95, 388), "SkylakeX");
}

TEST_F(KernelChoice, ATrainerThatIsNotThereHasNoRate) {
  EXPECT_EQ(measure_kernels("/no/such/trainer", ""), std::nullopt);
}

}  // namespace
}  // namespace dlfix::trainer
