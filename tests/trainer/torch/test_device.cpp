#include "test_device.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "trainer/support/errors.h"
#include "trainer/torch/devices.h"

namespace dlfix::trainer::testing {
namespace {

constexpr double kShare = 1e-3;  // of the largest number, elsewhere than on a processor

class DeviceThere : public ::testing::Environment {
 public:
  void SetUp() override {
    try {
      choose_device(test_device());
    } catch (const support::EnvironmentError& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

const ::testing::Environment* const kEnvironment =
    ::testing::AddGlobalTestEnvironment(new DeviceThere);

double largest(const std::vector<float>& values) {
  double most = 0;
  for (const float value : values) most = std::max(most, std::abs(double(value)));
  return most;
}

}  // namespace

std::string test_device() {
  const char* named = std::getenv("DLFIX_TEST_DEVICE");
  return named == nullptr ? "cpu" : named;
}

at::Device test_tensor_device() { return choose_device(test_device()); }

bool on_processor() { return test_device() == "cpu"; }

void expect_same(double got, double expected) {
  if (on_processor() || !std::isfinite(expected)) {
    EXPECT_EQ(got, expected);
  } else {
    EXPECT_NEAR(got, expected, kShare * std::max(std::abs(expected), 1.0));
  }
}

void expect_same(const std::vector<float>& got, const std::vector<float>& expected) {
  if (on_processor()) {
    EXPECT_EQ(got, expected);
    return;
  }
  ASSERT_EQ(got.size(), expected.size());
  const double slack = kShare * largest(expected);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], slack) << i;
}

}  // namespace dlfix::trainer::testing
