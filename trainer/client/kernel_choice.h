// Which of OpenBLAS's kernels this processor runs fastest. On processors newer than the library it
// takes Haswell's, a quarter as fast as the AVX-512 ones that it has.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace dlfix::trainer {

/// What the choice is made from; fields are there for tests.
struct KernelQuestion {
  std::string trainer;                      ///< path of dlfix-trainer
  std::string cache;                        ///< JSON file that remembers verdicts; empty: none
  std::string processor = "/proc/cpuinfo";  ///< where the processor is described
};

/// GFLOP/s of a matrix product in a fresh `trainer` with OPENBLAS_CORETYPE = `core_type` (empty:
/// the library's own choice); nullopt when it cannot be measured.
std::optional<double> measure_kernels(const std::string& trainer, const std::string& core_type);

/// The value that OPENBLAS_CORETYPE should have in the trainers; empty: leave it alone. Measured
/// only on processors with AVX-512, once for each of them (`cache`). The AVX-512 kernels must be
/// faster by a fifth. Never throws: what goes wrong leaves the library its own choice.
std::string choose_kernels(
    const KernelQuestion& question,
    const std::function<std::optional<double>(const std::string& core_type)>& measure);

}  // namespace dlfix::trainer
