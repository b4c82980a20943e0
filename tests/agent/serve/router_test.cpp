#include "agent/serve/router.h"

#include <gtest/gtest.h>

namespace dlfix::agent::serve {
namespace {

Router sample() {
  Router router;
  router.add({"GET", "/v1/jobs", {}});
  router.add({"POST", "/v1/jobs", {}});
  router.add({"GET", "/v1/jobs/{id}/events", {}});
  return router;
}

std::string found(const std::string& method, const std::string& path) {
  const Router router = sample();
  const auto result = router.find(method, path);
  if (const auto* problem = std::get_if<Problem>(&result)) {
    return std::to_string(problem->status) + " " + problem->more.value("allow", "");
  }
  const auto& match = std::get<RouteMatch>(result);
  return match.route->pattern + (match.values.contains("id") ? " " + match.values.at("id") : "");
}

TEST(Router, FindsByMethodAndPath) {
  EXPECT_EQ(found("GET", "/v1/jobs"), "/v1/jobs");
  EXPECT_EQ(found("HEAD", "/v1/jobs"), "/v1/jobs");
  EXPECT_EQ(found("GET", "/v1/jobs/a-1/events"), "/v1/jobs/{id}/events a-1");
}

TEST(Router, SaysWhatIsMissing) {
  EXPECT_EQ(found("DELETE", "/v1/jobs"), "405 GET, POST");
  for (const char* path :
       {"/", "/v1/jobs/", "/v1/jobs//events", "/v1/jobs/a", "/v1/jobs/a/events/b", "/v1"}) {
    EXPECT_EQ(found("GET", path), "404 ") << path;
  }
}

}  // namespace
}  // namespace dlfix::agent::serve
