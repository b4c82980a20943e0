#include "agent/serve/router.h"

#include <optional>
#include <string_view>

namespace dlfix::agent::serve {
namespace {

std::string_view next_part(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end);
  return part;
}

std::optional<PathValues> match(std::string_view pattern, std::string_view path) {
  PathValues values;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = next_part(pattern);
    const std::string_view given = next_part(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      values.emplace(wanted.substr(1, wanted.size() - 2), given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return values;
}

}  // namespace

std::variant<RouteMatch, Problem> Router::find(const std::string& method,
                                               const std::string& path) const {
  const std::string wanted = method == "HEAD" ? "GET" : method;
  std::string others;
  for (const Route& route : routes_) {
    auto values = match(route.pattern, path);
    if (!values) continue;
    if (route.method == wanted) return RouteMatch{&route, std::move(*values)};
    others += (others.empty() ? "" : ", ") + route.method;
  }
  if (others.empty()) {
    return Problem{404, "not_found", "there is nothing at this path; see /openapi.json", 0,
                   nlohmann::json::object()};
  }
  return Problem{
      405, "method_not_allowed", "this path is asked with " + others, 0, {{"allow", others}}};
}

void answer(httplib::Response& response, const nlohmann::json& document, int status) {
  response.status = status;
  response.set_content(to_text(document), "application/json");
}

void answer(httplib::Response& response, const Problem& problem) {
  response.status = problem.status;
  if (problem.retry_after > 0) {
    response.set_header("Retry-After", std::to_string(problem.retry_after));
  }
  if (problem.more.contains("allow")) {
    response.set_header("Allow", problem.more["allow"].get<std::string>());
  }
  response.set_content(to_text(to_json(problem)), "application/problem+json");
}

}  // namespace dlfix::agent::serve
