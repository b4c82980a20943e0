// A comparison as one self-contained page.
#pragma once

#include <string>

#include "agent/compare/comparison.h"

namespace dlfix::agent {

/// HTML with tables that sort and filter, improvement rates as box plots and every run as a point;
/// needs no network, follows the reader's light or dark setting, prints.
std::string to_html(const Comparison& comparison);

}  // namespace dlfix::agent
