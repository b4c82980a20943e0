// Plots of the comparison page as inline SVG. Colours are the page's variables, so that a plot
// follows the reader's light or dark setting.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dlfix::agent {

struct PlotText {
  std::string title;  ///< read out for the picture, and shown when pointed at
  std::string x;      ///< what the axes show; y of charts alone
  std::string y = {};
  std::vector<double> reach = {};  ///< values that the axis covers in any case
};

/// A vertical line across a plot of rows: the faulty mean, the fix's.
struct PlotMark {
  double value = 0;
  std::string name;
  std::string colour;  ///< CSS
};

/// A value with what is shown when it is pointed at.
struct PlotValue {
  double value = 0;
  std::string what;
};

struct PlotRow {
  std::string label;
  int technique = -1;
  std::vector<PlotValue> values;  ///< those that are not finite are left out
};

/// One box a row: quartiles, median, whiskers to the farthest value within 1.5 interquartile ranges
/// (as Matplotlib draws them), values beyond as points. Empty text without a finite value.
std::string box_plot(const PlotText& text, const std::vector<PlotRow>& rows,
                     const std::vector<PlotMark>& marks);

/// Every value of a row as a point. Empty text without a finite value or mark.
std::string point_plot(const PlotText& text, const std::vector<PlotRow>& rows,
                       const std::vector<PlotMark>& marks);

struct PlotLine {
  std::string name;
  std::string colour;  ///< CSS
  int technique = -1;
  bool dashed = false;
  bool stepped = false;                           ///< holds its value until the next point
  std::vector<std::pair<double, double>> points;  ///< a value that is not finite makes a gap
};

/// Lines over a common x axis, with a list of their names below. Empty text without a finite point.
std::string line_chart(const PlotText& text, const std::vector<PlotLine>& lines);

/// The colour that a technique has all over the page.
std::string technique_colour(int technique);

}  // namespace dlfix::agent
