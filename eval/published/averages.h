// Average rows of the tables: "Avg. artificial", "Avg. real", "T.A.".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "eval/published/study_folder.h"

namespace dlfix::eval {

inline constexpr const char* kArtificialAverage = "Avg. artificial";
inline constexpr const char* kRealAverage = "Avg. real";
inline constexpr const char* kTotalAverage = "T.A.";

/// Ids of the faults of the localisation half, in the order of Table 5.
std::vector<std::string> localisation_ids(const StudyFolder& folder);

/// Mean of a cell over the rows that an average row stands for; rows without the cell are left out.
/// nullopt when none has it.
std::optional<double> average_of(
    const StudyFolder& folder, const std::string& average,
    const std::function<std::optional<double>(const std::string& fl_id)>& cell);

/// True for the rows above.
bool is_average(const std::string& id);

}  // namespace dlfix::eval
