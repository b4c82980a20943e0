#include "agent/serve/guard.h"

#include <gtest/gtest.h>

namespace dlfix::agent::serve {
namespace {

const GuardRules kRules{
    "secret", {"127.0.0.1:8765"}, {"http://127.0.0.1:8765", "https://ide.example"}};

std::string source(std::vector<std::pair<std::string, std::string>> headers) {
  RequestHead head;
  head.headers = std::move(headers);
  const auto problem = check_source(head, kRules);
  return problem ? problem->code : "";
}

std::string token(const std::string& authorization) {
  RequestHead head;
  head.headers = {{"authorization", authorization}};
  const auto problem = check_token(head, kRules);
  return problem ? problem->code : "";
}

TEST(Guard, HostHasToBeOurs) {
  EXPECT_EQ(source({{"host", "127.0.0.1:8765"}}), "");
  EXPECT_EQ(source({{"host", "127.0.0.1"}}), "foreign_host");
  EXPECT_EQ(source({{"host", "evil.example:8765"}}), "foreign_host");
  EXPECT_EQ(source({}), "foreign_host");
}

TEST(Guard, OriginHasToBeAllowed) {
  const std::pair<std::string, std::string> host{"host", "127.0.0.1:8765"};
  EXPECT_EQ(source({host, {"origin", "https://ide.example"}}), "");
  EXPECT_EQ(source({host, {"origin", "https://ide.example.evil"}}), "foreign_origin");
  EXPECT_EQ(source({host, {"origin", "null"}}), "foreign_origin");
  EXPECT_EQ(source({host, {"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "no-cors"}}),
            "foreign_origin");
  EXPECT_EQ(source({host, {"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}}), "");
  EXPECT_EQ(source({host, {"sec-fetch-site", "same-origin"}, {"sec-fetch-mode", "cors"}}), "");
}

TEST(Guard, TheTokenHasToBeWhole) {
  EXPECT_EQ(token("Bearer secret"), "");
  for (const char* wrong :
       {"Bearer secre", "Bearer secret ", "bearer secret", "secret", "Bearer ", ""}) {
    EXPECT_EQ(token(wrong), "token_wrong") << wrong;
  }
  EXPECT_EQ(check_token(RequestHead{}, kRules)->code, "token_missing");
}

TEST(Guard, TokensAreLongAndDiffer) {
  EXPECT_EQ(new_token().size(), 64u);
  EXPECT_NE(new_token(), new_token());
}

}  // namespace
}  // namespace dlfix::agent::serve
