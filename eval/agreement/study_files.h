// The texts of folds.json, models.json and baseline.json, built in.
#pragma once

#include <string_view>

namespace dlfix::eval {

std::string_view folds_file();
std::string_view models_file();
std::string_view baseline_file();

}  // namespace dlfix::eval
