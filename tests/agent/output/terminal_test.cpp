#include "agent/output/terminal.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agent/output/figures.h"

namespace dlfix::agent {
namespace {

TEST(Terminal, DrawsCurves) {
  EXPECT_EQ(sparkline({0, 1, 2, 3}), "▁▃▆█");
  EXPECT_EQ(sparkline({1, std::nan(""), 1}), "▁ ▁");
  EXPECT_EQ(display_width(sparkline(std::vector<double>(1000, 1.0), 32)), 32u);
  EXPECT_EQ(sparkline({}), "");
}

TEST(Terminal, AlignsColumns) {
  EXPECT_EQ(table({{"a", "bb"}, {"ä±x", "c"}}, " "), " a    bb\n ä±x  c\n");
}

TEST(Terminal, ColoursADiff) {
  EXPECT_EQ(coloured_diff("-a\n+b\n c\n"), "\033[31m-a\033[0m\n\033[32m+b\033[0m\n c\n");
}

TEST(Figures, HaveFourDigitsOrSo) {
  EXPECT_EQ(figure(0.95), "0.9500");
  EXPECT_EQ(figure(12.345), "12.35");
  EXPECT_EQ(figure(0.00012), "0.00012");
  EXPECT_EQ(figure(std::nan("")), "-");
  EXPECT_EQ(value_words(0.001), "0.001");
  EXPECT_EQ(value_words(nullptr), "none");
}

}  // namespace
}  // namespace dlfix::agent
