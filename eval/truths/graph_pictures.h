// A neutrality graph as a picture. Source: paper Figure 1; its text and caption swap two colours,
// here the text counts: green on a par with the fix, blue better than it.
#pragma once

#include <string>

#include "eval/truths/neutrality_result.h"

namespace dlfix::eval {

/// For Graphviz: nodes with number, fitness and colour; edges with the change they make.
std::string to_dot(const NeutralityResult& result);

/// A tree from left (the faulty program) to right, one column a generation, with a legend; every
/// node tells its config and values when pointed at. Text and lines follow the colour of the page.
std::string to_svg(const NeutralityResult& result);

}  // namespace dlfix::eval
