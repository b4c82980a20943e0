// Numbers for people.
#pragma once

#include <string>

namespace dlfix::agent {

/// Four significant digits: "0.9530", "12.41"; "-" when not finite.
std::string figure(double value);

}  // namespace dlfix::agent
