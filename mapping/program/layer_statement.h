// The statement or list element that makes a layer, taken apart for edits.
#pragma once

#include <optional>
#include <string>

#include "mapping/program/drafting.h"

namespace dlfix::mapping {

/// The name that a functional statement assigns to: `x` of `x = Dense(3)(y)`; empty: none.
std::string assigned_name(std::string_view statement);

/// The span of what layer `index` is called on: `y` of `Dense(3)(y)`; nullopt when the source does
/// not read so.
std::optional<Span> called_on(const Drafting& drafting, const std::string& file, int index,
                              const std::string& tensor);

/// The text of a layer's copy number `copy` (2, 3, ...): a literal `name=` becomes another name.
/// nullopt: it has a name that is not a literal.
std::optional<std::string> copy_of_layer(const std::string& text, int copy);

/// True when the statement is the only one in its line (comments aside).
bool fills_lines(const SourceText& source, const Span& statement);

/// True when the statement is all there is in the body of a compound statement.
bool is_whole_block(const SourceText& source, const Span& statement);

}  // namespace dlfix::mapping
