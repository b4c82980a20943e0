// The lines of each family of tables. A family that lacks a file throws
// support::EnvironmentError; `guarded` makes a line of that.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eval/published/localisation_data.h"
#include "eval/published/published.h"
#include "eval/published/study_folder.h"

namespace dlfix::eval {

using Lines = std::vector<PublishedLine>;

Lines neutrality_lines(const StudyFolder& folder);                             ///< Table 4
Lines localisation_lines(const StudyFolder& folder, const LocalisationData&);  ///< Tables 5 to 7
Lines time_lines(const StudyFolder& folder);                                   ///< Table 8
Lines repair_lines(const StudyFolder& folder);                                 ///< Table 9
Lines tool_lines(const StudyFolder& folder, const LocalisationData&);          ///< Tables 10 to 14
Lines quoted_localisation_lines(const StudyFolder& folder, const LocalisationData&);
Lines quoted_repair_lines(const StudyFolder& folder);
Lines figure_lines(const StudyFolder& folder, const LocalisationData&);  ///< Figures 2 to 5

/// `compute`'s line; one that says why not when it lacks a file.
PublishedLine guarded(const std::string& name, const std::function<PublishedLine()>& compute);

}  // namespace dlfix::eval
