#include "agent/serve/problem.h"

#include <map>

#include "trainer/support/errors.h"

namespace dlfix::agent::serve {

std::string status_words(int status) {
  static const std::map<int, std::string> kWords{{200, "OK"},
                                                 {202, "Accepted"},
                                                 {204, "No Content"},
                                                 {400, "Bad Request"},
                                                 {401, "Unauthorized"},
                                                 {403, "Forbidden"},
                                                 {404, "Not Found"},
                                                 {405, "Method Not Allowed"},
                                                 {408, "Request Timeout"},
                                                 {409, "Conflict"},
                                                 {411, "Length Required"},
                                                 {413, "Content Too Large"},
                                                 {414, "URI Too Long"},
                                                 {415, "Unsupported Media Type"},
                                                 {422, "Unprocessable Content"},
                                                 {429, "Too Many Requests"},
                                                 {431, "Request Header Fields Too Large"},
                                                 {500, "Internal Server Error"},
                                                 {503, "Service Unavailable"},
                                                 {505, "HTTP Version Not Supported"}};
  const auto found = kWords.find(status);
  return found == kWords.end() ? "Error" : found->second;
}

nlohmann::json to_json(const Problem& problem) {
  nlohmann::json document = problem.more;
  document["type"] = "about:blank";
  document["title"] = status_words(problem.status);
  document["status"] = problem.status;
  document["code"] = problem.code;
  document["detail"] = problem.detail;
  return document;
}

std::string to_text(const nlohmann::json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Problem problem_of(const std::exception& error) {
  if (const auto* told = dynamic_cast<const ProblemError*>(&error)) return told->problem();
  const auto with_remedy = [](const support::Error& known) {
    return known.remedy().empty() ? std::string(known.what())
                                  : std::string(known.what()) + "; " + known.remedy();
  };
  if (const auto* input = dynamic_cast<const support::InputError*>(&error)) {
    return {422, "program_unreadable", with_remedy(*input), 0, nlohmann::json::object()};
  }
  if (const auto* machine = dynamic_cast<const support::EnvironmentError*>(&error)) {
    return {503, "environment", with_remedy(*machine), 30, nlohmann::json::object()};
  }
  return {500, "internal", "an error inside dlfix-agent; its log has the details", 0,
          nlohmann::json::object()};
}

}  // namespace dlfix::agent::serve
