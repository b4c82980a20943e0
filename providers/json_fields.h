// Reading JSON that may be anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace dlfix::providers {

/// `text` with every byte that is not UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// The longest beginning of `text`, at most `most` bytes, that cuts no character of UTF-8 in two.
std::string_view cut_utf8(std::string_view text, std::size_t most);

/// Parses; bytes that are not UTF-8 are replaced first. A value of type `discarded` when it is no
/// JSON, or nested deeper than 200 levels. Never throws.
nlohmann::json parse_json(std::string_view text);

/// The field's text; empty when there is no such field or it is no text.
std::string text_field(const nlohmann::json& object, const char* name);
/// The field's count; 0 when there is none, or it is negative.
std::int64_t count_field(const nlohmann::json& object, const char* name);
/// The field when `object` has it; else a null that lives for ever.
const nlohmann::json& field(const nlohmann::json& object, const char* name);

/// For a request's body.
std::string dump(const nlohmann::json& body);

}  // namespace dlfix::providers
