// A comparison as one self-contained page.
#pragma once

#include <string>

#include "agent/compare/comparison.h"

namespace dlfix::agent {

/// HTML with tables that sort, programs and techniques that can be filtered, and per program every
/// score, every run, best value against budget, training curves and the neutrality graph, as far as
/// the results have them. Needs no network, can be used with the keyboard alone, follows the
/// reader's light or dark setting, prints.
std::string to_html(const Comparison& comparison);

}  // namespace dlfix::agent
