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
  std::vector<nlohmann::json> values;  ///< categorical; in the published order
  std::optional<double> low, high;     ///< continuous
  bool logarithmic = false;
  nlohmann::json initial;  ///< the program's own value
};

struct SearchSpace {
  std::vector<Dimension> dimensions;
  const Dimension* find(std::string_view name) const;
};

struct SpaceOptions {
  std::string reading = "sane";   ///< study or sane (--space)
  std::vector<std::string> only;  ///< names or kinds; empty: all
  std::vector<std::string> freeze;
  bool insertions = false;           ///< scale, bn, drop, reg (assist mode and guided only)
  double epoch_factor = 1.2;         ///< study space: the draw of U(1.1, 1.3), see the source
  std::int64_t epoch_threshold = 1;  ///< study space: smaller epochs must exceed it (1, 5 or 0)
  std::int64_t epoch_limit = 0;      ///< study space: larger epochs stay below; 0: no limit
  /// Study space: how layer keys are grouped, as the subject's script declares them: ki_bi_act,
  /// act_ki_bi, or interleaved (act1 ki1 bi1 act2 ...).
  std::string layer_order = "ki_bi_act";
  double largest_epoch_factor = 16;  ///< sane space: what the budget allows at most
};

/// study: the lists of the published replication package, in its order; what may not change stays
/// as a dimension of one value, as there. sane: values that make sense for the labels; what may not
/// change, or cannot be edited in the source, is left out. The program's own value is always among
/// the values, appended where the list lacks it.
/// Errors: InputError on an unknown reading, or a name in `only` or `freeze` that is neither a
/// hyperparameter nor a kind.
SearchSpace make_space(const mapping::Program& program, ProblemKind problem, bool one_hot,
                       const SpaceOptions& options);

}  // namespace dlfix::eval
