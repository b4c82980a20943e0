// Whether the rows that a benchmark program really loads are what they should be.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/faults/benchmark.h"
#include "agent/faults/data_source.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// Rows of fit and of evaluate.
struct LoadedRows {
  std::string use;                                ///< fit, evaluate
  std::vector<std::vector<std::int64_t>> inputs;  ///< shapes, rows first
  std::vector<std::int64_t> labels;               ///< shape; empty: none
};

struct DataCheck {
  bool sound = false;
  std::vector<LoadedRows> loaded;
  std::string problem;  ///< empty: none
  /// "fit 60000 x 28 x 28 x 1, evaluate 10000 x 28 x 28 x 1", then the problem.
  std::string words() const;
};

/// Runs the program's data code by `capture` and looks at what it hands to fit and evaluate: rows
/// of inputs and labels agree, row shapes fit the model, and their number is the study's where the
/// data are whole. What the capture reports as wrong with the program becomes the problem. Errors:
/// as the capture's environment errors.
DataCheck check_program_data(const BenchmarkFault& fault, const DataSource& source,
                             const std::function<mapping::Program(const BenchmarkFault&)>& capture);

nlohmann::ordered_json to_json(const DataCheck& check);

}  // namespace dlfix::agent
