// Numbers for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace dlfix::agent {

/// Four significant digits: "0.9530", "12.41"; "-" when not finite.
std::string figure(double value);

/// A value of a hyperparameter as a person writes it: relu, 0.001, none, {"class": "l2", "l2":
/// 0.01}.
std::string value_words(const nlohmann::json& value);

}  // namespace dlfix::agent
