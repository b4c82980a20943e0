#include "eval/stopping/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "trainer/spec/json_fields.h"
#include "trainer/spec/training.h"
#include "trainer/support/errors.h"
#include "trainer/support/gzip_lines.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

constexpr std::int64_t kPoints = 20;

Curve curve_from(const json& document) {
  const trainer::FieldReader reader(document, "curve");
  Curve curve;
  curve.program = reader.text("program");
  curve.config = reader.value("config");
  curve.metric = reader.text("metric");
  curve.epochs = reader.integer("epochs");
  const auto epochs = reader.integers("at");
  const auto values = reader.numbers("values");
  if (epochs.empty() || epochs.size() != values.size() || epochs.back() > curve.epochs ||
      !std::is_sorted(epochs.begin(), epochs.end()))
    throw support::InputError("curve: the fields 'at' and 'values' do not belong together");
  for (std::size_t i = 0; i < epochs.size(); ++i) curve.points.push_back({epochs[i], values[i]});
  return curve;
}

}  // namespace

double Curve::at(double share) const {
  const double from = share * static_cast<double>(epochs);
  const auto found = std::find_if(points.begin(), points.end(), [&](const Point& point) {
    return static_cast<double>(point.epoch) >= from;
  });
  return found == points.end() ? final() : found->value;
}

std::vector<Curve::Point> thinned(const std::vector<double>& values) {
  const auto epochs = static_cast<std::int64_t>(values.size());
  std::vector<Curve::Point> points;
  for (std::int64_t k = 1; k <= kPoints; ++k) {
    const std::int64_t epoch = (k * epochs + kPoints - 1) / kPoints;
    if (epoch == 0 || (!points.empty() && points.back().epoch == epoch)) continue;
    points.push_back({epoch, values[static_cast<std::size_t>(epoch - 1)]});
  }
  return points;
}

double remaining_error(std::string_view metric, double value) {
  if (!std::isfinite(value)) return std::numeric_limits<double>::infinity();
  return std::max(0.0, trainer::higher_is_better(metric) ? 1 - value : value);
}

double value_at_error(std::string_view metric, double error) {
  return trainer::higher_is_better(metric) ? 1 - error : error;
}

std::vector<Curve> read_curves(const std::string& file) {
  support::GzipLines lines(file);
  std::vector<Curve> curves;
  for (std::string line; lines.next(line);) {
    const json document = json::parse(line, nullptr, false);
    try {
      curves.push_back(curve_from(document));
    } catch (const support::InputError& error) {
      throw support::InputError(lines.place() + ": " + error.what(),
                                "the file is one of `eval stopping --record`");
    }
  }
  return curves;
}

void to_json(json& document, const Curve& curve) {
  json at = json::array();
  json values = json::array();
  for (const Curve::Point& point : curve.points) {
    at.push_back(point.epoch);
    values.push_back(trainer::number_to_json(point.value));
  }
  document = {{"program", curve.program}, {"config", curve.config}, {"metric", curve.metric},
              {"epochs", curve.epochs},   {"at", std::move(at)},    {"values", std::move(values)}};
}

}  // namespace dlfix::eval
