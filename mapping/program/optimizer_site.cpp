#include "mapping/program/optimizer_site.h"

#include <cctype>

#include "trainer/support/json_int.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::saturated_int;

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

Position position_of(const json& object) {
  return {saturated_int(object, "line", 0), saturated_int(object, "column", 0)};
}

std::string text_of(const json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : "";
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

std::size_t back_over_blanks(std::string_view text, std::size_t at) {
  while (at > 0 && std::isspace(static_cast<unsigned char>(text[at - 1]))) --at;
  return at;
}

// The span may be of `lr=0.1` or of `0.1`: the keyword is looked for inside, then before it.
OptimizerArgument read_argument(const SourceText& source, const json& entry) {
  OptimizerArgument argument;
  argument.name = text_of(entry, "name");
  std::size_t begin = source.offset(position_of(entry["start"]));
  const std::size_t end = source.offset(position_of(entry["end"]));
  const std::string_view bytes = source.bytes();

  std::size_t stop = begin;
  while (stop < end && is_name(bytes[stop])) ++stop;
  const std::size_t sign = skip_blanks(bytes, stop);
  if (stop > begin && sign + 1 < end && bytes[sign] == '=' && bytes[sign + 1] != '=') {
    argument.keyword = bytes.substr(begin, stop - begin);
    begin = skip_blanks(bytes, sign + 1);
  } else {
    std::size_t before = back_over_blanks(bytes, begin);
    if (before > 0 && bytes[before - 1] == '=') {
      before = back_over_blanks(bytes, before - 1);
      std::size_t first = before;
      while (first > 0 && is_name(bytes[first - 1])) --first;
      argument.keyword = bytes.substr(first, before - first);
    }
  }
  argument.value = source.span(begin, end);
  return argument;
}

}  // namespace

std::optional<OptimizerSite> optimizer_site(const Drafting& drafting) {
  const json entry = drafting.program().document.value("optimizer_site", json());
  if (!entry.is_object() || !entry.contains("start") || !entry["start"].is_object()) {
    return std::nullopt;
  }
  OptimizerSite site;
  site.span = {text_of(entry, "file"), position_of(entry["start"]), position_of(entry["end"])};
  site.form = text_of(entry, "form");
  site.text = text_of(entry, "text");
  site.prefix = text_of(entry, "prefix");
  site.suffix = text_of(entry, "suffix");
  if (entry.contains("callee") && entry["callee"].is_object()) {
    site.callee = text_of(entry["callee"], "text");
  }
  if (site.form == "class" && site.callee.empty()) site.callee = site.text;
  const SourceText& source = drafting.source(site.span.file);
  for (const auto& argument : entry.value("arguments", json::array())) {
    if (argument.contains("start")) site.arguments.push_back(read_argument(source, argument));
  }
  return site;
}

}  // namespace dlfix::mapping
