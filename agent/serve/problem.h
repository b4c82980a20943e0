// How the local endpoint says that something went wrong: application/problem+json (RFC 9457) with a
// code that stays the same from version to version.
#pragma once

#include <exception>
#include <nlohmann/json.hpp>
#include <string>

namespace dlfix::agent::serve {

struct Problem {
  int status = 500;
  std::string code;                                ///< "foreign_host"; clients may rely on it
  std::string detail;                              ///< what is wrong here, and what helps
  int retry_after = 0;                             ///< seconds; 0: trying again does not help
  nlohmann::json more = nlohmann::json::object();  ///< further members, such as `line`
};

/// {type, title, status, code, detail} and the further members.
nlohmann::json to_json(const Problem& problem);

/// The text that is sent; text that is not UTF-8 is replaced.
std::string to_text(const nlohmann::json& document);

/// "Not Found" for 404.
std::string status_words(int status);

/// Ends a request.
class ProblemError : public std::exception {
 public:
  explicit ProblemError(Problem problem) : problem_(std::move(problem)) {}
  const Problem& problem() const { return problem_; }
  const char* what() const noexcept override { return problem_.detail.c_str(); }

 private:
  Problem problem_;
};

/// The problem that an exception of any kind is to a client. What is not the client's business
/// (internal errors) is not told.
Problem problem_of(const std::exception& error);

}  // namespace dlfix::agent::serve
