// What a search may change and to what.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

/// What the labels ask for, judged from the captured arrays and the model's output width.
enum class ProblemKind { kUnknown, kBinary, kMultiClass, kMultiLabel, kRegression };

/// One searched hyperparameter: either a list of values or a range of numbers.
struct Dimension {
  std::string name;
  std::string kind;
  std::vector<nlohmann::json> values;       ///< categorical; in the published order
  std::optional<double> low, high;          ///< continuous
  bool logarithmic = false;
  nlohmann::json initial;                   ///< the program's own value
};

struct SearchSpace {
  std::vector<Dimension> dimensions;
  const Dimension* find(std::string_view name) const;
};

struct SpaceOptions {
  std::string reading = "sane";         ///< study or sane (--space)
  std::vector<std::string> only;        ///< names or kinds; empty: all
  std::vector<std::string> freeze;
  bool insertions = false;              ///< scale, bn, drop, reg (assist mode and guided only)
  double epoch_factor = 1.2;            ///< study space: the draw of U(1.1, 1.3), see the source
};

/// Source of "study": the lists of the published replication package (see ARCHITECTURE.md).
SearchSpace make_space(const mapping::Program& program, ProblemKind problem, bool one_hot,
                       const SpaceOptions& options);

}  // namespace dlfix::eval
