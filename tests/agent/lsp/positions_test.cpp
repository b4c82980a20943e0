#include "agent/lsp/positions.h"

#include <gtest/gtest.h>

namespace dlfix::agent::lsp {
namespace {

const std::string kText =
    "a\r\nx = '\xc3\xa9\xf0\x9d\x92\x9c!'\rlast";  // é and a character of two UTF-16 units

TEST(Positions, LinesEndInAllThreeWays) {
  const LineIndex index(kText);
  EXPECT_EQ(index.lines(), 3);
  EXPECT_EQ(index.line(0), "a");
  EXPECT_EQ(index.line(2), "last");
  EXPECT_EQ(index.line(3), "");
  EXPECT_EQ(index.line(-1), "");
}

TEST(Positions, ColumnsAreInUnitsOfTheEncoding) {
  const LineIndex index(kText);
  const int mark = 7;  // characters before the exclamation mark
  EXPECT_EQ(index.column(1, mark, Encoding::kUtf32), 7);
  EXPECT_EQ(index.column(1, mark, Encoding::kUtf16), 8);
  EXPECT_EQ(index.column(1, mark, Encoding::kUtf8), 11);
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16, Encoding::kUtf32}) {
    EXPECT_EQ(index.characters(1, index.column(1, mark, encoding), encoding), mark);
    const std::size_t offset = index.offset(1, index.column(1, mark, encoding), encoding);
    EXPECT_EQ(kText[offset], '!');
    EXPECT_EQ(index.position(offset, encoding)["character"], index.column(1, mark, encoding));
  }
}

TEST(Positions, WhatLiesBeyondIsTheEnd) {
  const LineIndex index(kText);
  EXPECT_EQ(index.offset(2, 100, Encoding::kUtf16), kText.size());
  EXPECT_EQ(index.offset(100, 0, Encoding::kUtf16), kText.size());
  EXPECT_EQ(index.column(0, 50, Encoding::kUtf16), 1);
  // Inside the character of two units is its start.
  EXPECT_EQ(index.offset(1, 7, Encoding::kUtf16), index.offset(1, 6, Encoding::kUtf16));
}

TEST(Positions, ALineIsShownWithoutItsBlanks) {
  const std::string text = "  model.fit(x)  \n";
  const LineIndex index(text);
  const auto range = index.line_range(1, Encoding::kUtf16);
  EXPECT_EQ(range["start"]["character"], 2);
  EXPECT_EQ(range["end"]["character"], 14);
}

}  // namespace
}  // namespace dlfix::agent::lsp
