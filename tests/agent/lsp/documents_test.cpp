#include "agent/lsp/documents.h"

#include <gtest/gtest.h>

#include <vector>

#include "trainer/support/errors.h"

namespace dlfix::agent::lsp {
namespace {

using nlohmann::json;

json change(int line, int from, int to_line, int to, const char* text) {
  return {{"range",
           {{"start", {{"line", line}, {"character", from}}},
            {"end", {{"line", to_line}, {"character", to}}}}},
          {"text", text}};
}

std::string after(const std::vector<json>& changes) {
  Document document{"file:///a.py", "one\ntwo\n", 1};
  apply_changes(document, changes, Encoding::kUtf16);
  return document.text;
}

TEST(Documents, ChangesApplyInTheirOrder) {
  EXPECT_EQ(after({change(0, 0, 0, 3, "1"), change(0, 1, 0, 1, "!")}), "1!\ntwo\n");
  EXPECT_EQ(after({change(0, 3, 1, 0, "")}), "onetwo\n");
  EXPECT_EQ(after({change(9, 9, 9, 9, "end")}), "one\ntwo\nend");
  EXPECT_EQ(after({json{{"text", "whole"}}, change(0, 0, 0, 0, "the ")}), "the whole");
}

TEST(Documents, ABackwardRangeDeletesNothing) {
  EXPECT_EQ(after({change(1, 0, 0, 0, "x")}), "one\nxtwo\n");
}

// Found by fuzzing: beyond an int's range.
TEST(Documents, NumbersBeyondAnyLineAreItsEnd) {
  const json far{{"line", 1e22}, {"character", 1e300}};
  const json before{{"line", -1e22}, {"character", -1e300}};
  EXPECT_EQ(after({json{{"range", {{"start", far}, {"end", far}}}, {"text", "end"}}}),
            "one\ntwo\nend");
  EXPECT_EQ(after({json{{"range", {{"start", before}, {"end", before}}}, {"text", "start "}}}),
            "start one\ntwo\n");
}

TEST(Documents, AChangeWithoutTextIsRefused) {
  EXPECT_THROW(after({json::object()}), support::InputError);
  EXPECT_THROW(after({json(3)}), support::InputError);
}

}  // namespace
}  // namespace dlfix::agent::lsp
