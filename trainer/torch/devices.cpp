#include "trainer/torch/devices.h"

#include <dlfcn.h>
#include <malloc.h>

#include <cstdio>
#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

constexpr int kKeptBytes = 1 << 30;
constexpr double kUnknownMemory = 4.0 * 1024 * 1024 * 1024;

// A LibTorch that was linked without its package has its CUDA part in a library of its own, which
// registers itself when it is loaded. Where there is none, the processor trains.
void load_cuda() {
#ifdef DLFIX_TORCH_CUDA_AT_RUN_TIME
  static const bool kLoaded = dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
  static const char* const kProblem = kLoaded ? nullptr : dlerror();
  if (kProblem != nullptr) std::fprintf(stderr, "no CUDA: %s\n", kProblem);
#endif
  // float32 as everywhere else, not the ten bits of TF32.
  at::globalContext().setAllowTF32CuDNN(false);
}

bool has_cuda() {
  load_cuda();
  return at::globalContext().hasCUDA() && at::detail::getCUDAHooks().getNumGPUs() > 0;
}

int device_index(const std::string& name) {
  const std::string digits = name.size() > 5 ? name.substr(5) : "0";
  if (name != "cuda" && (name[4] != ':' || digits.empty() ||
                         digits.find_first_not_of("0123456789") != std::string::npos)) {
    throw support::InputError("device '" + name + "' is not known",
                              "use auto, cpu, cuda or cuda:N");
  }
  return std::stoi(digits);
}

// CUDA's runtime is loaded with LibTorch where there is one; we are built without its headers.
double free_gpu_memory() {
  using MemoryInfo = int (*)(std::size_t*, std::size_t*);
  std::size_t free = 0;
  std::size_t total = 0;
  const auto info = reinterpret_cast<MemoryInfo>(dlsym(RTLD_DEFAULT, "cudaMemGetInfo"));
  if (info == nullptr || info(&free, &total) != 0) return kUnknownMemory;
  return double(free);
}

}  // namespace

at::Device choose_device(const std::string& name) {
  if (name == "cpu") return at::Device(at::kCPU);
  if (name == "auto") return has_cuda() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  if (name.rfind("cuda", 0) != 0) {
    throw support::InputError("device '" + name + "' is not known",
                              "use auto, cpu, cuda or cuda:N");
  }
  const int index = device_index(name);
  if (!has_cuda() || index >= at::detail::getCUDAHooks().getNumGPUs()) {
    throw support::EnvironmentError("device " + name + ": this LibTorch sees no such GPU",
                                    "use --device cpu, or a LibTorch built for CUDA");
  }
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

double free_memory(const at::Device& device) {
  if (!device.is_cpu()) return free_gpu_memory();
  std::ifstream file("/proc/meminfo");
  std::string word;
  while (file >> word) {
    double kilobytes = 0;
    if (word == "MemAvailable:" && file >> kilobytes) return kilobytes * 1024;
  }
  return kUnknownMemory;
}

void use_one_thread() {
  at::set_num_threads(1);
#ifdef M_MMAP_THRESHOLD
  // The same sizes are wanted at every step: memory that goes back to the system comes back page by
  // page.
  mallopt(M_MMAP_THRESHOLD, kKeptBytes);
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
#endif
  at::globalContext().setFlushDenormal(true);
  if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
    reinterpret_cast<void (*)(int)>(symbol)(1);
  }
}

}  // namespace dlfix::trainer
