// Places in a program's source, quoted as a compiler does.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "mapping/program/program.h"

namespace dlfix::agent {

/// The text of a line, counted from 1; empty when there is none.
std::string line_of(const std::string& text, int line);

/// "   14 | model.fit(...)" and below it "      |  ^~~~"; empty when the source is not at hand.
std::string marked_line(const mapping::Span& span,
                        const std::map<std::string, std::string>& sources);

/// {file, line, column, end_line, end_column}, columns from 1.
nlohmann::json span_json(const mapping::Span& span);

/// A fault type's name; the code itself where it is not known.
std::string fault_type_name(const std::string& code);

}  // namespace dlfix::agent
