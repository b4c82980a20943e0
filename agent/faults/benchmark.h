// The faults of the study's benchmark, by their manifests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dlfix::agent {

struct BenchmarkFault {
  std::string id;     ///< numbering of the study's repair part
  std::string fl_id;  ///< numbering of its localisation part; empty: not in it
  std::string subject;
  std::string program, fixed;  ///< absolute paths
  std::string data_kind;       ///< exact, close, sample, stand-in: what the manifest says
  std::string dataset;         ///< of keras.datasets, or "generated"
  bool redrawn = false;        ///< the study draws the data anew in every training
  std::string metric;
  std::string fault_types;     ///< as the study prints them: "ACH(7)"
  std::string outside_config;  ///< part of the fault that no setting reaches; empty: none
  nlohmann::ordered_json manifest;
};

/// All faults below `folder` (data/benchmark) in the study's order: M, C, R, U, D.
/// Errors: InputError naming a manifest that cannot be read; EnvironmentError when there is none.
std::vector<BenchmarkFault> read_benchmark(const std::string& folder);

/// Those of `ids` in either numbering ("D4"; "all" or nothing: every one; "D": all of a letter),
/// each once. Errors: InputError naming the nearest id.
std::vector<BenchmarkFault> choose_faults(const std::vector<BenchmarkFault>& faults,
                                          const std::vector<std::string>& ids);

/// Settings that differ between the faulty and the fixed program: "lr 0.001 -> 1.0".
std::vector<std::string> setting_changes(const BenchmarkFault& fault);

}  // namespace dlfix::agent
