// How a program writes the value of an argument: what a tool that reads text sees.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "mapping/program/program.h"

namespace dlfix::eval {

struct WrittenValue {
  std::string text;        ///< of the argument, without quotes
  bool is_string = false;  ///< a string literal
  bool is_call = false;    ///< an object: RandomNormal(0, 1)
  /// A string as it is; a dotted name's last part; a call's class.
  std::string name() const;
};

/// The argument of a layer (or of the program, layer nullopt) that sets `attribute`; nullopt: the
/// program does not write it, or it is not among its hyperparameters. `sources`: path -> text.
std::optional<WrittenValue> written_value(const mapping::Program& program,
                                          const std::map<std::string, std::string>& sources,
                                          std::optional<int> layer, const std::string& attribute);

}  // namespace dlfix::eval
