// How a failed command answers.
#pragma once

#include <exception>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

namespace dlfix::agent {

struct ErrorReport {
  std::string code;  ///< usage, environment, interrupted, internal
  std::string message;
  std::string remedy;
  int exit_code;
};

/// What an exception says to the user.
ErrorReport describe(const std::exception& error);

/// {"outcome": "error", "error": {code, message, remedy}}
nlohmann::json to_document(const ErrorReport& report);

/// `error: <place>: <what>` and `  remedy: ...` on `err`; with `json` the document on `out` as
/// well.
void print_error(const ErrorReport& report, bool json, std::ostream& out, std::ostream& err);

}  // namespace dlfix::agent
