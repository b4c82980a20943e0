// quoted.json, built in: numbers of the paper's text that the study's data do not list.
#pragma once

#include <nlohmann/json.hpp>

namespace dlfix::eval {

const nlohmann::json& quoted_numbers();

}  // namespace dlfix::eval
