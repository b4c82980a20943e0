#include "agent/lsp/diagnostics.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/localise/source_quote.h"
#include "agent/serve/root_paths.h"

namespace dlfix::agent::lsp {
namespace {

using nlohmann::json;
using serve::Analysis;

constexpr int kWarning = 2;

mapping::Span span_of(const json& place) {
  const auto number = [&](const char* name) { return place.value(name, 0); };
  return {place.value("file", ""),
          {number("line"), number("column") - 1},
          {number("end_line"), number("end_column") - 1}};
}

json range_of(const json& finding, const Analysis& analysis, const LineIndex& index,
              Encoding encoding) {
  for (const json& place : finding.value("places", json::array())) {
    const mapping::Span span = span_of(place);
    if (span.file != analysis.path) continue;
    return span.start == span.end ? index.line_range(span.start.line, encoding)
                                  : index.range(span, encoding);
  }
  return index.line_range(analysis.document.value("/fit/line"_json_pointer, 1), encoding);
}

std::string message_of(const json& finding) {
  std::string text = finding.value("name", "") + ": ";
  for (const json& said : finding.value("said", json::array())) {
    text += fmt::format("{}\n{} [{} {}]\n", said.value("message", ""), said.value("remedy", ""),
                        said.value("tool", ""), said.value("rule", ""));
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

json text_edits(const std::vector<Analysis::Edit>& edits, const std::string& file,
                const LineIndex& index, Encoding encoding) {
  json list = json::array();
  for (const auto& edit : edits) {
    if (edit.span.file != file) continue;
    list.push_back({{"range", index.range(edit.span, encoding)}, {"newText", edit.text}});
  }
  return list;
}

bool holds(const json& start, const json& end, int line, int column) {
  const auto before = [](int a, int b, const json& position) {
    const int at = position.value("line", 0);
    return a < at || (a == at && b < position.value("column", 0));
  };
  return !before(line, column, start) && before(line, column, end);
}

std::string hover_text(const json& hp, const Analysis& analysis) {
  std::string kind = hp.value("kind", "");
  std::ranges::replace(kind, '_', ' ');
  std::string text = fmt::format("**{}**: {}", hp.value("name", ""), kind);
  if (hp["layer"].is_number_integer()) text += fmt::format(" of layer {}", hp["layer"].dump());
  text += fmt::format(", {}\n", hp["value"].is_null() ? "not known without running"
                                                      : "value `" + hp["value"].dump() + "`");
  for (const json& type : hp.value("fault_types", json::array())) {
    text +=
        fmt::format("\n- {} {}", type.get<std::string>(), fault_type_name(type.get<std::string>()));
  }
  for (const json& finding : analysis.localisation["findings"]) {
    const json names = finding.value("hyperparameters", json::array());
    if (std::ranges::find(names, hp["name"]) == names.end()) continue;
    text += "\n\n" + message_of(finding);
  }
  return text;
}

}  // namespace

json diagnostics_of(const Analysis& analysis, Encoding encoding) {
  const LineIndex index(analysis.text);
  json list = json::array();
  const json& findings = analysis.localisation["findings"];
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const json& finding = findings[i];
    if (finding.value("suppressed", false)) continue;
    list.push_back({{"range", range_of(finding, analysis, index, encoding)},
                    {"severity", kWarning},
                    {"code", finding.value("fault_type", "")},
                    {"source", "dlfix"},
                    {"message", message_of(finding)},
                    {"data", {{"finding", i}}}});
  }
  return list;
}

json workspace_edit(const Analysis& analysis, std::size_t finding, const std::string& uri,
                    const json& version, Encoding encoding) {
  if (finding >= analysis.edits.size() || analysis.edits[finding].empty()) return nullptr;
  const LineIndex index(analysis.text);
  json edits = text_edits(analysis.edits[finding], analysis.path, index, encoding);
  // An edit of another file is left to the command line: its text is not known here.
  if (edits.size() != analysis.edits[finding].size()) return nullptr;
  json document;
  document["textDocument"] = {{"uri", uri}, {"version", version}};
  document["edits"] = std::move(edits);
  return {{"documentChanges", json::array({std::move(document)})}};
}

json fixes_of(const Analysis& analysis, const std::string& uri, const json& version,
              Encoding encoding) {
  json list = json::array();
  for (std::size_t i = 0; i < analysis.edits.size(); ++i) {
    json edit = workspace_edit(analysis, i, uri, version, encoding);
    if (edit.is_null()) continue;
    list.push_back({{"finding", i}, {"title", analysis.titles[i]}, {"edit", std::move(edit)}});
  }
  return list;
}

json hover_at(const Analysis& analysis, int line, int column, Encoding encoding) {
  const LineIndex index(analysis.text);
  const int character = index.characters(line, column, encoding);
  for (const json& hp : analysis.document.value("hyperparameters", json::array())) {
    const bool here = hp.value("file", "") == analysis.path && !hp.value("inserted", false);
    if (!here || !holds(hp["start"], hp["end"], line + 1, character)) continue;
    const mapping::Span span{"",
                             {hp["start"]["line"].get<int>(), hp["start"]["column"].get<int>()},
                             {hp["end"]["line"].get<int>(), hp["end"]["column"].get<int>()}};
    return {{"contents", {{"kind", "markdown"}, {"value", hover_text(hp, analysis)}}},
            {"range", index.range(span, encoding)}};
  }
  return nullptr;
}

}  // namespace dlfix::agent::lsp
