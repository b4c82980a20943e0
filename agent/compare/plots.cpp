#include "agent/compare/plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/compare/markup.h"
#include "agent/output/figures.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

constexpr double kPlotWidth = 500, kPlotRow = 24, kPlotLeft = 205, kPlotRight = 14;
constexpr double kPlotTop = 6, kPlotFoot = 36;
constexpr double kChartHeight = 230, kChartLeft = 64;
constexpr std::size_t kLongestLabel = 35;
constexpr int kPlotColours = 8;

/// Values along an axis of so many pixels.
struct PlotAxis {
  double low = 0, high = 1;
  double from = 0, to = 1;  ///< pixels
  double at(double value) const {
    const double share = high > low ? (value - low) / (high - low) : 0.5;
    return from + std::clamp(share, 0.0, 1.0) * (to - from);
  }
};

/// Round numbers that cover the values; about `wanted` of them.
std::vector<double> round_steps(double low, double high, int wanted) {
  const double rough = (high - low) / wanted;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0})
    if (factor * power >= rough) {
      step = factor * power;
      break;
    }
  std::vector<double> steps;
  for (double place = std::floor(low / step); place * step < high + step * 0.999; ++place)
    steps.push_back(place * step);
  return steps;
}

/// Sets the axis to its steps; false without a finite value.
bool fit_axis(PlotAxis& axis, const std::vector<double>& values, int wanted,
              std::vector<double>& steps) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return false;
  const double size = std::max({std::abs(low), std::abs(high), 1e-9});
  if (high - low < 1e-6 * size) {
    low -= 0.05 * size;
    high += 0.05 * size;
  }
  steps = round_steps(low, high, wanted);
  axis.low = steps.front();
  axis.high = steps.back();
  return true;
}

std::string step_words(double value) {
  if (std::abs(value) < 1e-12) return "0";
  return fmt::format("{:.4g}", value);
}

std::string opened_svg(const PlotText& text, double width, double height) {
  return fmt::format(
      R"(<svg class="plot" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" role="img" )"
      R"(aria-label="{2}"><title>{2}</title>)",
      width, height, escaped_markup(text.title));
}

/// Steps and name of the axis below rows or a chart.
std::string axis_below(const PlotAxis& axis, const std::vector<double>& steps, double bottom,
                       const std::string& name) {
  std::string svg;
  for (const double step : steps)
    svg += fmt::format(
        R"(<path class="grid" d="M{0:.1f} {1:.1f}V{2:.1f}"/><text x="{0:.1f}" y="{3:.1f}" text-anchor="middle">{4}</text>)",
        axis.at(step), kPlotTop, bottom, bottom + 14, step_words(step));
  return svg + fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
                           (axis.from + axis.to) / 2, bottom + 30, escaped_markup(name));
}

std::string row_name(const std::string& name, double y) {
  std::string shown = name;
  if (shown.size() > kLongestLabel) {
    std::size_t end = kLongestLabel - 1;
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) --end;
    shown = shown.substr(0, end) + "…";
  }
  return fmt::format(R"(<text x="0" y="{:.1f}">{}<title>{}</title></text>)", y + 4,
                     escaped_markup(shown), escaped_markup(name));
}

std::vector<double> finite_of(const PlotRow& row) {
  std::vector<double> values;
  for (const PlotValue& value : row.values)
    if (std::isfinite(value.value)) values.push_back(value.value);
  return values;
}

std::string point_at(double x, double y, const std::string& what) {
  return fmt::format(R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="3.5"><title>{}</title></circle>)svg",
                     x, y, escaped_markup(what));
}

std::string one_box(const PlotRow& row, const PlotAxis& axis, double y) {
  const std::vector<double> values = finite_of(row);
  if (values.empty()) return "";
  const double low = eval::quantile(values, 0.25), middle = eval::median(values),
               high = eval::quantile(values, 0.75);
  const double reach = 1.5 * (high - low);
  double first = low, last = high;
  for (const double value : values) {
    if (value >= low - reach) first = std::min(first, value);
    if (value <= high + reach) last = std::max(last, value);
  }
  std::string svg = fmt::format(
      R"svg(<g style="color:{10}"><path class="line" d="M{0:.1f} {5:.1f}H{1:.1f}M{3:.1f} {5:.1f}H{4:.1f}M{0:.1f} {6:.1f}v8M{4:.1f} {6:.1f}v8"/>)svg"
      R"(<rect class="box" x="{1:.1f}" y="{7:.1f}" width="{8:.1f}" height="14"/>)"
      R"(<path class="line thick" d="M{2:.1f} {7:.1f}v14"/><title>{9}</title>)",
      axis.at(first), axis.at(low), axis.at(middle), axis.at(high), axis.at(last), y, y - 4, y - 7,
      std::max(1.0, axis.at(high) - axis.at(low)),
      escaped_markup(fmt::format("{}: median {}, quartiles {} and {}, {} values", row.label,
                                 figure(middle), figure(low), figure(high), values.size())),
      technique_colour(row.technique));
  for (const PlotValue& value : row.values)
    if (std::isfinite(value.value) && (value.value < first || value.value > last))
      svg += point_at(axis.at(value.value), y, value.what);
  return svg + "</g>";
}

std::string point_row(const PlotRow& row, const PlotAxis& axis, double y) {
  std::string svg =
      fmt::format(R"svg(<g class="cloud" style="color:{}">)svg", technique_colour(row.technique));
  for (const PlotValue& value : row.values)
    if (std::isfinite(value.value)) svg += point_at(axis.at(value.value), y, value.what);
  return svg + "</g>";
}

template <typename DrawRow>
std::string row_plot(const PlotText& text, const std::vector<PlotRow>& rows,
                     const std::vector<PlotMark>& marks, DrawRow draw) {
  std::vector<double> all = text.reach, steps;
  for (const PlotRow& row : rows)
    for (const PlotValue& value : row.values) all.push_back(value.value);
  for (const PlotMark& mark : marks) all.push_back(mark.value);
  PlotAxis axis{0, 1, kPlotLeft, kPlotWidth - kPlotRight};
  if (!fit_axis(axis, all, 5, steps)) return "";
  const double bottom = kPlotTop + static_cast<double>(rows.size()) * kPlotRow;
  std::string svg =
      opened_svg(text, kPlotWidth, bottom + kPlotFoot) + axis_below(axis, steps, bottom, text.x);
  for (const PlotMark& mark : marks)
    if (std::isfinite(mark.value))
      svg += fmt::format(
          R"svg(<path class="mark" style="color:{}" d="M{:.1f} {:.1f}V{:.1f}"><title>{}</title></path>)svg",
          mark.colour, axis.at(mark.value), kPlotTop, bottom,
          escaped_markup(fmt::format("{} {}", mark.name, figure(mark.value))));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = kPlotTop + (static_cast<double>(i) + 0.5) * kPlotRow;
    svg += "<g" + technique_attribute(rows[i].technique) + ">" + row_name(rows[i].label, y) +
           draw(rows[i], axis, y) + "</g>";
  }
  return svg + "</svg>";
}

std::string line_path(const PlotLine& line, const PlotAxis& x, const PlotAxis& y) {
  std::string path;
  bool open = false;
  for (const auto& [place, value] : line.points) {
    if (!std::isfinite(value)) {
      open = false;
      continue;
    }
    const double px = x.at(place), py = y.at(value);
    if (open && line.stepped) {
      path += fmt::format("H{:.1f}V{:.1f}", px, py);
    } else {
      // "h0": a point without neighbours shows as a dot.
      path += fmt::format("{}{:.1f} {:.1f}{}", open ? 'L' : 'M', px, py, open ? "" : "h0");
    }
    open = true;
  }
  return path;
}

std::string legend_of(const std::vector<PlotLine>& lines) {
  std::string html = "<ul class=\"legend\">";
  for (const PlotLine& line : lines)
    html += fmt::format("<li{}><i style=\"border-top:3px {} {}\"></i>{}</li>",
                        technique_attribute(line.technique), line.dashed ? "dashed" : "solid",
                        line.colour, escaped_markup(line.name));
  return html + "</ul>";
}

}  // namespace

std::string technique_colour(int technique) {
  return technique < 0 ? "var(--ink)" : fmt::format("var(--c{})", technique % kPlotColours);
}

std::string box_plot(const PlotText& text, const std::vector<PlotRow>& rows,
                     const std::vector<PlotMark>& marks) {
  if (std::ranges::all_of(rows, [](const PlotRow& row) { return finite_of(row).empty(); }))
    return "";
  return row_plot(text, rows, marks, one_box);
}

std::string point_plot(const PlotText& text, const std::vector<PlotRow>& rows,
                       const std::vector<PlotMark>& marks) {
  return row_plot(text, rows, marks, point_row);
}

std::string line_chart(const PlotText& text, const std::vector<PlotLine>& lines) {
  std::vector<double> places, values, x_steps, y_steps;
  for (const PlotLine& line : lines)
    for (const auto& [place, value] : line.points) {
      places.push_back(place);
      values.push_back(value);
    }
  PlotAxis x{0, 1, kChartLeft, kPlotWidth - kPlotRight};
  PlotAxis y{0, 1, kChartHeight - kPlotFoot, kPlotTop};
  if (!fit_axis(x, places, 5, x_steps) || !fit_axis(y, values, 4, y_steps)) return "";
  std::string svg = opened_svg(text, kPlotWidth, kChartHeight) +
                    axis_below(x, x_steps, kChartHeight - kPlotFoot, text.x);
  for (const double step : y_steps)
    svg += fmt::format(
        R"(<path class="grid" d="M{0:.1f} {1:.1f}H{2:.1f}"/><text x="{3:.1f}" y="{4:.1f}" text-anchor="end">{5}</text>)",
        x.from, y.at(step), x.to, x.from - 4, y.at(step) + 4, step_words(step));
  svg += fmt::format(
      R"svg(<text transform="translate(11 {:.1f}) rotate(-90)" text-anchor="middle">{}</text>)svg",
      (y.from + y.to) / 2, escaped_markup(text.y));
  for (const PlotLine& line : lines)
    svg += fmt::format(
        R"svg(<path class="line{}"{} style="color:{}" d="{}"><title>{}</title></path>)svg",
        line.dashed ? " dashed" : "", technique_attribute(line.technique), line.colour,
        line_path(line, x, y), escaped_markup(line.name));
  return svg + "</svg>" + legend_of(lines);
}

}  // namespace dlfix::agent
