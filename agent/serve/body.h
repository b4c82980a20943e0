// Members of a posted document, read strictly.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dlfix::agent::serve {

/// A JSON object of a request. Errors of all functions: ProblemError, 400 not_json or 422
/// invalid_request with `member`.
class Body {
 public:
  /// An empty text is an empty object. `known`: the members that may be there.
  Body(const std::string& text, const std::vector<std::string>& known);

  bool has(const std::string& name) const { return document_.contains(name); }
  /// Absent and null are the same.
  std::optional<std::string> text(const std::string& name, std::size_t most) const;
  std::optional<bool> flag(const std::string& name) const;
  std::optional<std::int64_t> number(const std::string& name, std::int64_t least,
                                     std::int64_t most) const;
  /// One of the given words.
  std::string word(const std::string& name, const std::vector<std::string>& words,
                   const std::string& otherwise) const;
  std::vector<std::string> texts(const std::string& name, std::size_t most_items,
                                 std::size_t most_bytes) const;
  const nlohmann::json& document() const { return document_; }

 private:
  nlohmann::json document_;
};

/// 422 invalid_request about a member.
[[noreturn]] void refuse_member(const std::string& name, const std::string& detail);

}  // namespace dlfix::agent::serve
