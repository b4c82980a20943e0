// The benchmark program that stands for a subject of the study.
#pragma once

#include <cstdint>
#include <string>

namespace dlfix::agent {

struct BenchmarkSubject {
  std::string id;         ///< "D6", "M"
  std::string program;    ///< the faulty program of its first fault
  std::string data_kind;  ///< exact, close, sample, stand-in
  std::string metric;
  bool redrawn = false;  ///< the study draws its data anew in every training
  double test_size = 0.2;
  std::uint32_t split_seed = 42;
};

/// By the manifests below `folder` (data/benchmark). Errors: InputError naming the subjects that
/// there are.
BenchmarkSubject find_benchmark_subject(const std::string& folder, const std::string& id);

}  // namespace dlfix::agent
