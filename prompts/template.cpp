#include "prompts/template.h"

#include <fmt/format.h>
#include <cctype>

#include "trainer/support/errors.h"

namespace dlfix::prompts {
namespace {

using support::InputError;

bool is_name(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text)
    if (std::islower(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  return true;
}

/// A placeholder at `text[at]` ("{name}"), or an empty name when the brace is ordinary text.
std::string_view placeholder_at(std::string_view text, std::size_t at) {
  if (text[at] != '{') return {};
  const auto end = text.find('}', at);
  if (end == std::string_view::npos) return {};
  const auto name = text.substr(at + 1, end - at - 1);
  return is_name(name) ? name : std::string_view{};
}

bool all_known(std::string_view part, const Slots& slots) {
  for (const auto& name : template_slots(part))
    if (slots.find(name) == slots.end()) return false;
  return true;
}

void fill_part(std::string_view text, const Slots& slots, std::string_view where,
               std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const auto name = placeholder_at(text, at);
    if (name.empty()) {
      out += text[at++];
      continue;
    }
    const auto slot = slots.find(name);
    if (slot == slots.end())
      throw InputError(fmt::format("{}: no value for the placeholder {{{}}}", where, name));
    out += slot->second;
    at += name.size() + 2;
  }
}

}  // namespace

std::set<std::string> template_slots(std::string_view text) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (const auto name = placeholder_at(text, at); !name.empty()) names.emplace(name);
  return names;
}

std::string fill_template(std::string_view text, const Slots& slots, std::string_view where) {
  const auto known = template_slots(text);
  for (const auto& [name, value] : slots)
    if (!known.contains(name))
      throw InputError(fmt::format("{}: the template has no placeholder {{{}}}", where, name));

  std::string out;
  while (true) {
    const auto open = text.find("[[");
    fill_part(text.substr(0, open), slots, where, out);
    if (open == std::string_view::npos) return out;
    const auto close = text.find("]]", open);
    if (close == std::string_view::npos) throw InputError(fmt::format("{}: [[ without ]]", where));
    const auto optional = text.substr(open + 2, close - open - 2);
    if (all_known(optional, slots)) fill_part(optional, slots, where, out);
    text.remove_prefix(close + 2);
  }
}

}  // namespace dlfix::prompts
