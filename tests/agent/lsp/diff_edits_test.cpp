#include "agent/lsp/diff_edits.h"

#include <gtest/gtest.h>

namespace dlfix::agent::lsp {
namespace {

using nlohmann::json;

json edit(int from, int to, const char* text) {
  return {
      {"range",
       {{"start", {{"line", from}, {"character", 0}}}, {"end", {{"line", to}, {"character", 0}}}}},
      {"newText", text}};
}

TEST(DiffEdits, ReplacesWholeLinesOfTheFileThatIsAsked) {
  const std::string diff =
      "--- a/other.py\n+++ b/other.py\n@@ -1 +1 @@\n-x\n+y\n"
      "--- src/model.py\n+++ src/model.py\n@@ -2,4 +2,4 @@\n same\n-old\n+new\n same\n+more\n@@ -9 "
      "+9,0 @@\n-gone\n";
  EXPECT_EQ(edits_of_diff(diff, "model.py"),
            json({edit(2, 3, "new\n"), edit(4, 4, "more\n"), edit(8, 9, "")}));
  EXPECT_EQ(edits_of_diff(diff, "absent.py"), json::array());
}

TEST(DiffEdits, KeepsTheMissingLineFeedAtTheEnd) {
  const std::string diff =
      "--- m.py\n+++ m.py\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end "
      "of file\n";
  EXPECT_EQ(edits_of_diff(diff, "m.py"), json({edit(0, 1, "b")}));
}

TEST(DiffEdits, LineNumbersBeyondReasonDoNoHarm) {
  EXPECT_EQ(edits_of_diff("--- m.py\n+++ m.py\n@@ -2147483647 +1 @@\n-a\n", "m.py").size(), 1u);
  EXPECT_EQ(edits_of_diff("--- m.py\n+++ m.py\n@@ -99999999999999 +1 @@\n-a\n", "m.py").size(), 1u);
}

}  // namespace
}  // namespace dlfix::agent::lsp
