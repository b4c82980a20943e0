// Which statement of a program most likely does something to an array.
#pragma once

#include <optional>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

/// The last statement that divides or multiplies, else the last one; line 0 when there is none.
mapping::SourceLine scaling_line(const std::vector<mapping::SourceLine>& lines);
/// The last statement that slices, selects or splits rows, else the last one.
mapping::SourceLine selecting_line(const std::vector<mapping::SourceLine>& lines);
/// The last statement; line 0 when there is none.
mapping::SourceLine last_line(const std::vector<mapping::SourceLine>& lines);

/// A statement that reorders (shuffle, permutation, sort, roll, flip, indexing by a variable) or
/// slices rows of one of two arrays that belong together and has no counterpart for the other one.
/// A statement that both arrays list, such as a joint shuffle or split, never counts.
std::optional<mapping::SourceLine> one_sided_reordering(
    const std::vector<mapping::SourceLine>& first, const std::vector<mapping::SourceLine>& second);

}  // namespace dlfix::eval
