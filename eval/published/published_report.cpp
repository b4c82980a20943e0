#include <fmt/format.h>

#include "eval/published/published.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

json line_json(const PublishedLine& line) {
  json differences = json::array(), corrections = json::array();
  for (const auto& one : line.differences) {
    differences.push_back({{"cell", one.cell},
                           {"printed", one.printed},
                           {"recomputed", one.recomputed},
                           {"cause", one.cause.empty() ? json() : json(one.cause)}});
  }
  for (const auto& one : line.corrections) {
    corrections.push_back(
        {{"cell", one.cell}, {"printed", one.printed}, {"corrected", one.corrected}});
  }
  const bool can = line.not_recomputable.empty();
  return {{"name", line.name},
          {"equal", can ? json(line.equal) : json()},
          {"of", can ? json(line.of) : json()},
          {"differences", std::move(differences)},
          {"corrections", std::move(corrections)},
          {"not_recomputable", can ? json() : json(line.not_recomputable)},
          {"note", line.note.empty() ? json() : json(line.note)}};
}

std::string line_text(const PublishedLine& line) {
  std::string text =
      line.not_recomputable.empty()
          ? fmt::format("{}: {} of {} cells equal\n", line.name, line.equal, line.of)
          : fmt::format("{}: not recomputable: {}\n", line.name, line.not_recomputable);
  for (const auto& one : line.differences) {
    text += fmt::format("    {}: printed {}, recomputed {}; {}\n", one.cell, one.printed,
                        one.recomputed, one.cause.empty() ? "cause not known" : one.cause);
  }
  for (const auto& one : line.corrections) {
    text +=
        fmt::format("    corrected {}: {} (printed {})\n", one.cell, one.corrected, one.printed);
  }
  if (!line.note.empty()) text += fmt::format("    ({})\n", line.note);
  return text;
}

}  // namespace

json to_json(const std::vector<PublishedLine>& lines) {
  json list = json::array();
  for (const auto& line : lines) list.push_back(line_json(line));
  return {{"lines", std::move(list)}};
}

std::string to_text(const std::vector<PublishedLine>& lines) {
  std::string text;
  for (const auto& line : lines) text += line_text(line);
  return text;
}

}  // namespace dlfix::eval
