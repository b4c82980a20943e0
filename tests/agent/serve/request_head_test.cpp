#include "agent/serve/request_head.h"

#include <gtest/gtest.h>

namespace dlfix::agent::serve {
namespace {

const Limits kLimits;

RequestHead good(const std::string& text) {
  const auto read = read_request_head(text, kLimits);
  EXPECT_TRUE(std::holds_alternative<RequestHead>(read)) << text;
  return std::holds_alternative<RequestHead>(read) ? std::get<RequestHead>(read) : RequestHead{};
}

int status_of(const std::string& text) {
  const auto read = read_request_head(text, kLimits);
  return std::holds_alternative<Problem>(read) ? std::get<Problem>(read).status : 200;
}

TEST(RequestHead, ReadsLineAndHeaders) {
  const auto head =
      good("POST /v1/jobs?after=3 HTTP/1.1\r\nHOST: a:1\r\nContent-Length:  12 \r\nX-Y: b\r\n\r\n");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/v1/jobs");
  EXPECT_EQ(head.query, "after=3");
  EXPECT_EQ(head.body_bytes, 12u);
  ASSERT_NE(head.find("host"), nullptr);
  EXPECT_EQ(*head.find("host"), "a:1");
  EXPECT_EQ(head.find("x-z"), nullptr);
}

TEST(RequestHead, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status_of(post + "Host: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of(post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"), 400);
  EXPECT_EQ(status_of(post + "Content-Length: +1\r\n\r\n"), 400);
  EXPECT_EQ(status_of(post + "Transfer-Encoding: chunked\r\n\r\n"), 411);
  EXPECT_EQ(status_of(post + "Content-Encoding: gzip\r\n\r\n"), 415);
  EXPECT_EQ(status_of(post + "X: a\r\n folded\r\n\r\n"), 400);
  EXPECT_EQ(status_of(post + "X : a\r\n\r\n"), 400);
  EXPECT_EQ(status_of(post + "X: a\nY: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of(post + "Idempotency-Key: \r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 200);
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(status_of("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /%2e HTTP/1.1\r\nHost: a\r\n\r\n"), 404);
  EXPECT_EQ(status_of(""), 400);
}

TEST(RequestHead, HoldsLimits) {
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 0; i < kLimits.headers; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_of(many + "\r\n"), 431);
  EXPECT_EQ(
      status_of("GET /" + std::string(kLimits.target_bytes, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"),
      414);
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  EXPECT_EQ(status_of(post + std::to_string(kLimits.body_bytes) + "\r\n\r\n"), 200);
  EXPECT_EQ(status_of(post + std::to_string(kLimits.body_bytes + 1) + "\r\n\r\n"), 413);
  EXPECT_EQ(status_of(post + "99999999999999999999999\r\n\r\n"), 413);
}

TEST(RequestHead, ThePlainFormHasOnlyWhatHandlersRead) {
  const auto head = good(
      "POST / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nUpgrade: h2c\r\nAuthorization: Bearer "
      "x\r\n"
      "Accept-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(
      plain_head(head),
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n");
}

}  // namespace
}  // namespace dlfix::agent::serve
