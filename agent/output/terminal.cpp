#include "agent/output/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>

namespace dlfix::agent {
namespace {

constexpr std::array kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// `values` averaged down to at most `width` points.
std::vector<double> condensed(const std::vector<double>& values, std::size_t width) {
  if (values.size() <= width) return values;
  std::vector<double> points;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t first = i * values.size() / width;
    const std::size_t last = std::max(first + 1, (i + 1) * values.size() / width);
    double sum = 0;
    for (std::size_t k = first; k < last; ++k) sum += values[k];
    points.push_back(sum / static_cast<double>(last - first));
  }
  return points;
}

}  // namespace

bool shows_colours(int file_descriptor) {
  const char* none = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  return isatty(file_descriptor) && !(none && *none) && kind && std::string_view(kind) != "dumb";
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  const std::size_t own = display_width(text);
  if (own < width) result.append(width - own, ' ');
  return result;
}

std::string table(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i + 1 < row.size() ? padded(row[i], widths[i] + 2) : row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string sparkline(const std::vector<double>& values, std::size_t width) {
  const std::vector<double> points = condensed(values, width);
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double point : points) {
    if (!std::isfinite(point)) continue;
    low = std::min(low, point);
    high = std::max(high, point);
  }
  std::string text;
  for (const double point : points) {
    if (!std::isfinite(point)) {
      text += ' ';
      continue;
    }
    const double share = high > low ? (point - low) / (high - low) : 0.0;
    text += kBlocks[static_cast<std::size_t>(std::lround(share * (kBlocks.size() - 1)))];
  }
  return text;
}

std::string coloured_diff(const std::string& diff) {
  std::istringstream lines(diff);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const char* colour = line.rfind("+++", 0) == 0 || line.rfind("---", 0) == 0 ? "\033[1m"
                         : line.rfind("@@", 0) == 0                             ? "\033[36m"
                         : line.rfind('+', 0) == 0                              ? "\033[32m"
                         : line.rfind('-', 0) == 0                              ? "\033[31m"
                                                                                : "";
    text += *colour ? colour + line + "\033[0m\n" : line + "\n";
  }
  return text;
}

}  // namespace dlfix::agent
