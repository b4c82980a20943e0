#include "agent/serve/body.h"

#include <gtest/gtest.h>

#include "agent/serve/problem.h"

namespace dlfix::agent::serve {
namespace {

template <typename Function>
std::pair<int, std::string> refused(Function&& function) {
  try {
    function();
  } catch (const ProblemError& error) {
    return {error.problem().status, error.problem().more.value("member", "")};
  }
  return {200, ""};
}

using Refusal = std::pair<int, std::string>;

TEST(Body, ReadsMembers) {
  const Body body(R"({"text": "a", "version": 3.0, "dry": false, "only": ["x"], "path": null})",
                  {"text", "version", "dry", "only", "path", "word"});
  EXPECT_EQ(body.text("text", 10), "a");
  EXPECT_EQ(body.text("path", 10), std::nullopt);
  EXPECT_EQ(body.number("version", 0, 5), 3);
  EXPECT_EQ(body.flag("dry"), false);
  EXPECT_EQ(body.texts("only", 2, 2), std::vector<std::string>{"x"});
  EXPECT_EQ(body.word("word", {"a", "b"}, "b"), "b");
  EXPECT_FALSE(Body("", {}).has("text"));
}

TEST(Body, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(refused([] { Body("{", {}); }), Refusal(400, ""));
  EXPECT_EQ(refused([] { Body("[1]", {}); }), Refusal(422, ""));
  EXPECT_EQ(refused([] { Body(R"({"txt": 1})", {"text"}); }), Refusal(422, "txt"));
  const Body body(R"({"text": 1, "version": 1e300, "word": "c", "only": ["long"], "dry": 0})",
                  {"text", "version", "word", "only", "dry"});
  EXPECT_EQ(refused([&] { body.text("text", 9); }), Refusal(422, "text"));
  EXPECT_EQ(refused([&] { body.number("version", 0, 9); }), Refusal(422, "version"));
  EXPECT_EQ(refused([&] { body.word("word", {"a"}, "a"); }), Refusal(422, "word"));
  EXPECT_EQ(refused([&] { body.texts("only", 1, 3); }), Refusal(422, "only"));
  EXPECT_EQ(refused([&] { body.flag("dry"); }), Refusal(422, "dry"));
}

}  // namespace
}  // namespace dlfix::agent::serve
