#include "trainer/support/gzip_lines.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::support {
namespace {

void write_gzip(const std::string& path, const std::string& text) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

TEST(GzipLines, GivesLinesOfAnyLengthAndCountsThemAll) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("a.gz");
  const std::string wide(200000, 'x');
  write_gzip(path, "first\r\n\n  \n" + wide + "\nlast without end");
  GzipLines lines(path);
  std::string line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "first");
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, wide);
  EXPECT_EQ(lines.place(), path + ":4");
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "last without end");
  EXPECT_EQ(lines.number(), 5);
  EXPECT_FALSE(lines.next(line));
}

TEST(GzipLines, SaysWhatIsMissingOrDamaged) {
  const tests::TemporaryFolder folder;
  EXPECT_THROW(GzipLines(folder.file("none.gz")), EnvironmentError);
  const std::string path = folder.file("a.gz");
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919) + "\n";
  write_gzip(path, text);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  GzipLines lines(path);
  std::string line;
  EXPECT_THROW(while (lines.next(line)){}, EnvironmentError);
}

}  // namespace
}  // namespace dlfix::support
