// optimizer_site of program.json, typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/program/drafting.h"

namespace dlfix::mapping {

struct OptimizerArgument {
  std::string name;     ///< resolved: learning_rate for lr, too
  std::string keyword;  ///< as written; empty: positional
  Span value;           ///< span of the value's text
};

struct OptimizerSite {
  Span span;
  std::string form;  ///< string, call, class, absent, other
  std::string text;
  std::string callee;  ///< `keras.optimizers.SGD`; empty unless form is call or class
  std::string prefix;  ///< of form absent
  std::string suffix;
  std::vector<OptimizerArgument> arguments;
};

/// nullopt: the program has none that could be edited.
std::optional<OptimizerSite> optimizer_site(const Drafting& drafting);

}  // namespace dlfix::mapping
