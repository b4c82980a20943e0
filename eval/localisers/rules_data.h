// The texts of rules.json and rule_weights.json, built in.
#pragma once

#include <string_view>

namespace dlfix::eval {

std::string_view rules_data();
std::string_view rule_weights_data();

}  // namespace dlfix::eval
