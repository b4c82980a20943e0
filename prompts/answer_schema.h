// The schemas of assist answers (ANSWERS.md), for endpoints that can be held to one, and what such
// answers are in plain form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dlfix::prompts {

/// What values a setting takes.
enum class ValueKind { kText, kNumber, kInteger, kAny };

struct AnswerKey {
  std::string name;
  ValueKind kind = ValueKind::kAny;
};

/// JSON schema of an answer to the localisation prompt: {"findings": [{layer, line, fault, fix}]}.
std::string findings_schema();
/// JSON schema of an answer to the repair prompt: every setting a property, null where it stays as
/// it is (strict schemas know no optional properties).
std::string config_schema(const std::vector<AnswerKey>& keys);

/// The numbered list that an answer by findings_schema() says, one "N. [layer 3, line 27] fault
/// Fix: fix" a line ("No fault." when it is empty); any other text as it is.
std::string findings_as_list(std::string_view reply);
/// A config answer without the members that are null; any other text as it is.
std::string config_without_nulls(std::string_view reply);

}  // namespace dlfix::prompts
