// The part of a program's text that reaches its training, for prompts that have little room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/program/probe.h"

namespace dlfix::mapping {

struct SliceLine {
  std::optional<int> number;  ///< in the whole text; nothing: stands for lines that are left out
  std::string text;
};

struct ProgramSlice {
  std::vector<SliceLine> lines;
  int left_out = 0;  ///< lines of the whole text that are not here
  int total = 0;     ///< lines of the whole text

  std::string text() const;
};

/// Keeps the functions and statements that reach fit (dlfix_probe.slice says by which rules); the
/// result is a program that Python parses. `options`: interpreter and probe. Errors: InputError
/// when the text is no Python or trains nothing, EnvironmentError (the machine).
ProgramSlice slice_text(const std::string& text, const ProbeOptions& options);

}  // namespace dlfix::mapping
