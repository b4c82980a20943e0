// Two readings of a score: as the study computed it, and as its paper defines it.
#pragma once

#include <optional>
#include <string_view>

namespace dlfix::eval {

/// Never mixed in one table.
enum class Scores {
  kPrinted,    ///< with the study's rounding on the way and its slips: agrees with its tables
  kCorrected,  ///< the definition
};

/// "printed" or "corrected"; nullopt for anything else.
std::optional<Scores> parse_scores(std::string_view text);
std::string_view to_string(Scores scores);

/// To so many decimals, a half upwards in size (2.345 -> 2.35 although its double lies below); how
/// the study's tables round.
double round_half_up(double value, int decimals);
/// To so many decimals, a half to the even digit, judged by the exact double: Python's round.
double round_half_even(double value, int decimals);

}  // namespace dlfix::eval
