#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/fidelity/fidelity.h"

namespace dlfix::eval {
namespace {

constexpr double kPanel = 260, kMargin = 44, kStep = kPanel + 2 * kMargin;
constexpr std::size_t kColumns = 3;

struct Scale {
  double low = 0, high = 1;
  double place(double value) const {
    return high > low ? std::clamp((value - low) / (high - low), 0.0, 1.0) * kPanel : kPanel / 2;
  }
};

/// One scale for both axes, so that the diagonal means "equal".
Scale scale_of(const SubjectFidelity& subject) {
  if (subject.metric == "accuracy") return {};
  Scale scale{0, 0};
  for (const auto& config : subject.configs)
    for (const double value : {config.keras_mean, config.our_mean})
      if (std::isfinite(value)) scale.high = std::max(scale.high, value);
  return scale;
}

std::string points(const SubjectFidelity& subject, const Scale& scale) {
  std::string text;
  for (const auto& config : subject.configs) {
    if (!std::isfinite(config.keras_mean) || !std::isfinite(config.our_mean)) continue;
    const bool range = config.trained.sampled.comparison == ComparedBy::kRange;
    text += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}" fill-opacity="0.6"/>)",
                        scale.place(config.keras_mean), kPanel - scale.place(config.our_mean),
                        range ? "#1f77b4" : "#ff7f0e");
  }
  return text;
}

std::string panel(const SubjectFidelity& subject, std::size_t index) {
  const Scale scale = scale_of(subject);
  const double x = static_cast<double>(index % kColumns) * kStep + kMargin;
  const double y = static_cast<double>(index / kColumns) * kStep + kMargin;
  return fmt::format(
             R"svg(<g transform="translate({0:.0f},{1:.0f})"><rect width="{2}" height="{2}" fill="none" stroke="#888"/>)svg"
             R"(<line x1="0" y1="{2}" x2="{2}" y2="0" stroke="#ccc"/>)"
             R"(<text x="0" y="-8">{3}: {4}, {5} data</text><text x="0" y="{6}">{7:.3g}</text>)"
             R"(<text x="{2}" y="{6}" text-anchor="end">{8:.3g} Keras</text>)",
             x, y, kPanel, subject.subject, subject.metric, subject.data_kind, kPanel + 16,
             scale.low, scale.high) +
         points(subject, scale) + "</g>\n";
}

}  // namespace

std::string to_svg(const FidelityReport& report) {
  const std::size_t count = std::max<std::size_t>(report.subjects.size(), 1);
  const std::size_t rows = (count + kColumns - 1) / kColumns;
  std::string svg = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" )"
      R"(font-family="sans-serif" font-size="12"><rect width="{0}" height="{1}" fill="white"/>)"
      "\n<title>Our mean (upwards) over Keras's value; blue: many Keras runs, orange: "
      "one</title>\n",
      static_cast<double>(std::min(count, kColumns)) * kStep, static_cast<double>(rows) * kStep);
  for (std::size_t index = 0; index < report.subjects.size(); ++index)
    svg += panel(report.subjects[index], index);
  return svg + "</svg>\n";
}

}  // namespace dlfix::eval
