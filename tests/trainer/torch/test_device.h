// Where the trainer's tests train, and how exact they are there.
#pragma once

#include <string>
#include <vector>

#include "trainer/torch/tensors.h"

namespace dlfix::trainer::testing {

/// DLFIX_TEST_DEVICE; without it the processor. A program that is given a device which is not there
/// skips all its tests.
std::string test_device();
/// The same for tensors.
at::Device test_tensor_device();
bool on_processor();

/// Equal to the bit on a processor; nearly elsewhere, where sums have no fixed order.
void expect_same(double got, double expected);
void expect_same(const std::vector<float>& got, const std::vector<float>& expected);

}  // namespace dlfix::trainer::testing
