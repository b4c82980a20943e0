#include "eval/published/published.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>

#include "eval/published/cells.h"
#include "eval/published/csv_table.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using ::testing::HasSubstr;

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// What a failing call says.
std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const support::Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Cells, RoundAsTheTablesDoAndNameWhatDiffers) {
  Cells cells("Table 1 X");
  cells.compare("a", 0.24, 0.235, 2);  // a half goes up
  cells.compare("b", 0.24, 0.2449999, 2);
  cells.compare("c", std::nullopt, std::nullopt, 2);
  cells.compare("d", 0.5, std::nullopt, 2, [] { return "nothing is known"; });
  cells.compare("e", 0.5, 0.514, 2);
  cells.compare_text("f", "T/O", "T/O");
  cells.correct("a", 0.24, 0.239, 2);  // equal when rounded: not listed
  cells.correct("b", 0.24, 0.31, 2);
  const PublishedLine& line = cells.line();
  EXPECT_EQ(line.equal, 4);
  EXPECT_EQ(line.of, 6);
  ASSERT_EQ(line.differences.size(), 2U);
  EXPECT_EQ(line.differences[0].recomputed, "-");
  EXPECT_EQ(line.differences[0].cause, "nothing is known");
  EXPECT_EQ(line.differences[1].recomputed, "0.51");
  ASSERT_EQ(line.corrections.size(), 1U);
  EXPECT_EQ(line.corrections[0].corrected, "0.31");
}

TEST(Cells, DecimalsThatJsonKeeps) {
  EXPECT_EQ(decimals_of(0.55), 2);
  EXPECT_EQ(decimals_of(1.0), 1);
  EXPECT_EQ(decimals_of(0.474), 3);
  EXPECT_FALSE(printed_number(nullptr).has_value());
  EXPECT_THROW(printed_number("x"), support::InputError);
}

TEST(PublishedReport, TextAndJson) {
  PublishedLine good;
  good.name = "Table 1 X";
  good.equal = 5;
  good.of = 6;
  good.differences.push_back({"M1 RC", "0.70", "0.71", ""});
  good.corrections.push_back({"M2 RC", "0.70", "0.65"});
  PublishedLine bad;
  bad.name = "Figure 1";
  bad.not_recomputable = "there is no data";
  bad.note = "a note";
  const std::string text = to_text({good, bad});
  EXPECT_THAT(text, HasSubstr("Table 1 X: 5 of 6 cells equal\n"));
  EXPECT_THAT(text, HasSubstr("    M1 RC: printed 0.70, recomputed 0.71; cause not known\n"));
  EXPECT_THAT(text, HasSubstr("    corrected M2 RC: 0.65 (printed 0.70)\n"));
  EXPECT_THAT(text, HasSubstr("Figure 1: not recomputable: there is no data\n    (a note)\n"));
  const auto json = to_json({good, bad});
  EXPECT_EQ(json.at("lines")[0].at("equal"), 5);
  EXPECT_TRUE(json.at("lines")[0].at("differences")[0].at("cause").is_null());
  EXPECT_TRUE(json.at("lines")[1].at("of").is_null());
  EXPECT_EQ(json.at("lines")[1].at("not_recomputable"), "there is no data");
}

TEST(CsvTable, NamesWhatIsWrong) {
  const tests::TemporaryFolder folder;
  write(folder.file("a.csv"), "name,value\nx,0.5\ny,\nz,1e-3x\n");
  const CsvTable table(folder.file("a.csv"));
  EXPECT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.text(0, "name"), "x");
  EXPECT_EQ(table.number(0, "value"), 0.5);
  EXPECT_TRUE(std::isnan(table.number(1, "value")));
  EXPECT_THAT(message_of([&] { table.number(2, "value"); }), HasSubstr("row 4, column value"));
  EXPECT_THAT(message_of([&] { table.text(0, "other"); }), HasSubstr("no column other"));
  write(folder.file("b.csv"), "name,value\nx\n");
  EXPECT_THAT(message_of([&] { CsvTable(folder.file("b.csv")); }), HasSubstr("row 2 has 1 fields"));
  write(folder.file("c.csv"), "");
  EXPECT_THAT(message_of([&] { CsvTable(folder.file("c.csv")); }), HasSubstr("no heading"));
  EXPECT_THROW(CsvTable(folder.file("none.csv")), support::EnvironmentError);
}

TEST(Published, AFolderThatIsNotTheStudys) {
  const tests::TemporaryFolder folder;
  EXPECT_THROW(recompute_published(folder.path()), support::EnvironmentError);
  write(folder.file("faults.json"), "{");
  EXPECT_THAT(message_of([&] { recompute_published(folder.path()); }), HasSubstr("faults.json"));
  write(folder.file("faults.json"), R"({"faults": [{"id": "X"}]})");
  EXPECT_THAT(message_of([&] { recompute_published(folder.path()); }), HasSubstr("faults.json"));
  write(folder.file("faults.json"),
        R"({"faults": [], "common": {"search_space": {"loss": ["hinge"]}}})");
  EXPECT_THROW(recompute_published(folder.path()), support::EnvironmentError);
  write(folder.file("paper_tables.json"), "[]");
  EXPECT_THAT(message_of([&] { recompute_published(folder.path()); }), HasSubstr("has no Table"));
}

}  // namespace
}  // namespace dlfix::eval
