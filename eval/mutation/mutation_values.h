// Which values an operator tries.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "eval/mutation/binary_search.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

/// Values of an operator with a list, without the one that the program (its layer `layer`) has, in
/// DeepCrime's order and Keras 3's names. Empty for operators without a list.
/// Source: DeepCrime's default lists; in the public code the current value is taken out by hand.
/// Errors: InputError for an unknown operator.
std::vector<nlohmann::json> mutation_values(const mapping::Program& program, std::string_view id,
                                            std::optional<int> layer = std::nullopt);

/// Between which values an operator with ordered values searches. Data operators: per cent, to
/// within 5. Epochs: the program's down to 1, to within a tenth of them (at least 1). Learning
/// rate: the program's down to a tenth, to within a hundredth of it. Patience: 10 down to 1.
/// Errors: InputError for an unknown operator or one without ordered values.
OrderedRange mutation_range(const mapping::Program& program, std::string_view id);

/// What the publication used for one of its subjects: mnist, unityeyes, audio, udacity, movie.
/// nullopt: the operator (HNE or HLR) has no range of its own there.
std::optional<OrderedRange> published_range(std::string_view subject, std::string_view id);

}  // namespace dlfix::eval
