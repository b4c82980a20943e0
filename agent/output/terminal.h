// Colours and widths of the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dlfix::agent {

/// True for a terminal that shows colours (NO_COLOR unset, TERM not dumb).
bool shows_colours(int file_descriptor);

/// Characters of a UTF-8 text, for padding.
std::size_t display_width(std::string_view text);

/// `text` padded with blanks on the right to `width` characters.
std::string padded(std::string_view text, std::size_t width);

/// Rows of cells as aligned columns, two blanks between them.
std::string table(const std::vector<std::vector<std::string>>& rows, const std::string& indent);

/// A curve in one line of at most `width` block characters; gaps where values are not finite.
std::string sparkline(const std::vector<double>& values, std::size_t width = 32);

/// A unified diff with red and green lines.
std::string coloured_diff(const std::string& diff);

}  // namespace dlfix::agent
