// Text templates with strict named placeholders.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace dlfix::prompts {

/// Slot name -> text. A slot that is absent here is "not known": allowed only inside [[...]].
using Slots = std::map<std::string, std::string, std::less<>>;

/// Fills `{name}` from `slots` in one pass: braces inside the inserted texts are left alone. A part
/// in double square brackets is left out when one of its slots is absent. `where` names the
/// template in errors. Errors: InputError on a slot of the template that is absent (outside
/// [[...]]), a slot that the template does not have, an unclosed brace or bracket; each names the
/// slot.
std::string fill_template(std::string_view text, const Slots& slots, std::string_view where);

/// Names of all placeholders of a template.
std::set<std::string> template_slots(std::string_view text);

}  // namespace dlfix::prompts
