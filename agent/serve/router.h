// Which function answers which request.
#pragma once

#include <httplib.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "agent/serve/problem.h"

namespace dlfix::agent::serve {

/// Put there by the server; what a client sends under this name does not get through.
inline constexpr const char* kUnsigned = "dlfix-unsigned";

/// Values of the parts in braces: {"id": "4f2a"}.
using PathValues = std::map<std::string, std::string>;

using Handler = std::function<void(const httplib::Request&, const PathValues&, httplib::Response&)>;

struct Route {
  std::string method;   ///< GET, POST; HEAD is answered as GET
  std::string pattern;  ///< "/v1/jobs/{id}/events"
  Handler handler;
  bool open = false;  ///< no token needed
  /// Without a token the handler is asked all the same, with the header kUnsigned: it answers with
  /// a page that asks for one, and status 401.
  bool signs_in = false;
};

struct RouteMatch {
  const Route* route = nullptr;
  PathValues values;
};

class Router {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }
  const std::vector<Route>& routes() const { return routes_; }
  /// Problems: 404 not_found; 405 method_not_allowed with `allow`, where the path has other
  /// methods.
  std::variant<RouteMatch, Problem> find(const std::string& method, const std::string& path) const;

 private:
  std::vector<Route> routes_;
};

/// Answers with a document of JSON.
void answer(httplib::Response& response, const nlohmann::json& document, int status = 200);
/// Answers with a problem, and Retry-After where it has one.
void answer(httplib::Response& response, const Problem& problem);

}  // namespace dlfix::agent::serve
