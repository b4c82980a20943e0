// Asking a model which fault types answers name: the prompt, and reading what comes back.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/findings/answer_list.h"

namespace dlfix::mapping {

/// The catalogue with one line a type, the answers numbered from 1 in order, and the form of reply
/// that is asked for: {"1": ["HLR"], "2": []}.
std::string classification_prompt(const std::vector<Answer>& answers);

/// Index of the answer, from 0 -> codes of the catalogue, in the order given. Answers that the
/// reply leaves out are absent, codes that the catalogue does not have are dropped; an answer that
/// has only such codes is absent, too. Total over any text.
std::map<std::size_t, std::vector<std::string>> read_classification(std::string_view reply,
                                                                    std::size_t answers);

}  // namespace dlfix::mapping
