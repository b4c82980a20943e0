// Edits that replace or insert one value.
#pragma once

#include <string>

#include "mapping/program/drafting.h"

namespace dlfix::mapping {

/// `value` (normal form) of a hyperparameter as source text; imports are added as needed.
std::string render_value(Drafting& drafting, const Hyperparameter& hyperparameter,
                         const nlohmann::json& value);

/// Replaces the literal, or inserts the keyword, of a hyperparameter of form literal or keyword by
/// `text`.
void put_text(Drafting& drafting, const Hyperparameter& hyperparameter, const std::string& text);

}  // namespace dlfix::mapping
