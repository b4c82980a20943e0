// How trainings went: what rules for ending them early are learnt from and judged on.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::eval {

/// The metric on rows that a training does not learn from, after some of its epochs.
struct Curve {
  struct Point {
    std::int64_t epoch = 0;  ///< finished epochs
    double value = 0;
  };
  std::string program;  ///< "D6"; curves of one program are judged together
  nlohmann::json config = nlohmann::json::object();  ///< what was changed
  std::string metric;
  std::int64_t epochs = 0;    ///< of the whole training
  std::vector<Point> points;  ///< ascending, the last one at the end
  double final() const { return points.back().value; }
  /// Value at the first point that is not before `share` of the epochs.
  double at(double share) const;
};

/// Points after every twentieth part of the training, or fewer where it has fewer epochs.
/// `values`: one an epoch.
std::vector<Curve::Point> thinned(const std::vector<double>& values);

/// Distance to the best value there is: 1 - v for shares such as accuracy, v itself for losses and
/// errors. A value that is no number is infinitely far.
double remaining_error(std::string_view metric, double value);
/// The value at that distance.
double value_at_error(std::string_view metric, double error);

/// One JSON object a line. Errors: InputError naming file and line, EnvironmentError.
std::vector<Curve> read_curves(const std::string& file);
void to_json(nlohmann::json& document, const Curve& curve);

}  // namespace dlfix::eval
