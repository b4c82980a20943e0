// Choosing the device, its free memory, and one thread for everything.
#pragma once

#include <string>

#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// Errors: support::EnvironmentError when there is no such device; InputError for its name.
at::Device choose_device(const std::string& name);

/// Bytes that may still be taken on the device.
double free_memory(const at::Device& device);

/// One thread for LibTorch and its BLAS, denormal numbers as zero (as TensorFlow does).
void use_one_thread();

}  // namespace dlfix::trainer
