// Source positions, Python literals and the unified diff: everything that needs no program.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "mapping/program/edits.h"
#include "mapping/program/python_literal.h"
#include "mapping/program/source_text.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

TEST(SourceText, CountsUnicodeColumnsNotBytes) {
  const SourceText text("a.py", "é = 'ü'\nx = 1\n");
  EXPECT_EQ(text.text({"a.py", {1, 4}, {1, 7}}), "'ü'");
  EXPECT_EQ(text.position(text.offset({2, 4})), (Position{2, 4}));
}

TEST(SourceText, SkipsTheByteOrderMark) {
  const SourceText text("a.py", "\xEF\xBB\xBFx = 1\n");
  EXPECT_EQ(text.text({"a.py", {1, 4}, {1, 5}}), "1");
}

TEST(SourceText, KeepsForeignLineEnds) {
  const SourceText text("a.py", "a\r\nbc\r\n");
  EXPECT_EQ(text.line_end(), "\r\n");
  EXPECT_EQ(text.text({"a.py", {2, 0}, {2, 2}}), "bc");
  EXPECT_THROW(text.offset({2, 3}), support::InputError);
  EXPECT_THROW(text.offset({9, 0}), support::InputError);
}

TEST(SourceText, ReadsCookiesOfOneByteEncodings) {
  const SourceText text("a.py", "# -*- coding: latin-1 -*-\ns = '\xE9'; n = 5\n");
  EXPECT_EQ(text.text({"a.py", {2, 13}, {2, 14}}), "5");
  EXPECT_THROW(SourceText("a.py", "# coding: shift_jis\n"), support::InputError);
}

TEST(PythonLiteral, WritesFloatsAsReprDoes) {
  EXPECT_EQ(python_float(0.001), "0.001");
  EXPECT_EQ(python_float(1e-5), "1e-05");
  EXPECT_EQ(python_float(1), "1.0");
  EXPECT_EQ(python_float(1e16), "1e+16");
  EXPECT_EQ(python_float(123456.5), "123456.5");
}

TEST(PythonLiteral, EscapesWhatEndsAString) {
  EXPECT_EQ(python_string("a'b\\", "'"), "'a\\'b\\\\'");
  EXPECT_EQ(python_string("relu", "\"\"\""), "\"\"\"relu\"\"\"");
  EXPECT_EQ(python_literal({3, 5}, "'"), "(3, 5)");
  EXPECT_EQ(python_literal(nullptr, "'"), "None");
}

TEST(ApplyEdits, InsertsBeforeItReplacesAndRefusesOverlaps) {
  const std::map<std::string, std::string> sources = {{"a", "x = abc\n"}};
  EditPlan plan;
  plan.edits = {{{"a", {1, 4}, {1, 7}}, "B", {}}, {{"a", {1, 4}, {1, 4}}, "A", {}}};
  EXPECT_EQ(apply_edits(sources, plan).at("a"), "x = AB\n");
  plan.edits.push_back({{"a", {1, 5}, {1, 6}}, "C", {}});
  EXPECT_THROW(apply_edits(sources, plan), support::InputError);
}

TEST(UnifiedDiff, IsEmptyWhenNothingDiffers) { EXPECT_EQ(unified_diff("a", "x\n", "x\n"), ""); }

TEST(UnifiedDiff, ShowsThreeLinesAround) {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const std::string after = "1\n2\n3\n4\nV\n6\n7\n8\n9\n";
  EXPECT_EQ(unified_diff("m.py", before, after),
            "--- a/m.py\n+++ b/m.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+V\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, SaysWhereTheLastLineHasNoEnd) {
  EXPECT_EQ(unified_diff("m.py", "1\n2", "1\n3\n"),
            "--- a/m.py\n+++ b/m.py\n@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n+3\n");
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "dlfix-diff-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const char* file, const std::string& text) const {
    std::ofstream(path_ / file, std::ios::binary) << text;
  }
  std::string read(const char* file) const {
    std::ifstream stream(path_ / file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  int run(const std::string& command) const {
    return std::system(("cd " + path_.string() + " && " + command + " >/dev/null 2>&1").c_str());
  }

 private:
  std::filesystem::path path_;
};

std::string random_text(std::mt19937& random, int lines) {
  std::string text;
  for (int line = 0; line < lines; ++line) text += std::string(1, "abcde"[random() % 5]) + "\n";
  if (random() % 3 == 0 && !text.empty()) text.pop_back();
  return text;
}

// Any two texts: the diff turns one into the other, by patch and by git.
TEST(UnifiedDiff, AppliesWithPatchAndGit) {
  const Folder folder;
  const bool patch = folder.run("patch --version") == 0;
  const bool git = folder.run("git --version") == 0;
  if (!patch && !git) GTEST_SKIP() << "neither patch nor git is installed";
  std::mt19937 random(7);
  for (int round = 0; round < 25; ++round) {
    const std::string before = random_text(random, 1 + random() % 30);
    const std::string after = random_text(random, 1 + random() % 30);
    if (before == after) continue;
    folder.write("diff", unified_diff("m.py", before, after));
    for (const char* const tool : {"patch -p1 -s -i diff", "git apply --whitespace=nowarn diff"}) {
      if (!(tool[0] == 'p' ? patch : git)) continue;
      folder.write("m.py", before);
      ASSERT_EQ(folder.run(tool), 0) << tool << "\n" << folder.read("diff");
      ASSERT_EQ(folder.read("m.py"), after) << tool << "\n" << folder.read("diff");
    }
  }
}

}  // namespace
}  // namespace dlfix::mapping
