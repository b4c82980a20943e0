// "use softmax", "a smaller rate such as 0.001", "more layers": the change that an answer proposes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mapping/findings/words.h"

namespace dlfix::mapping {

/// The first value of the type's kind (activation, initialiser, loss, optimiser, a number) that
/// stands in a sentence of advice and is not named as the present one ("is set to", "instead of").
/// Without a value the way it should go: "increase", "decrease", "add", "remove". null: neither.
nlohmann::json proposed_value(const std::vector<Word>& words, const std::string& fault_type);

}  // namespace dlfix::mapping
