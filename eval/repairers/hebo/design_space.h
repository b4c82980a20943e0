// Search spaces as HEBO sees them: values, and the numbers that stand for them in its design.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dlfix::eval::hebo {

using Point = std::vector<double>;

enum class ParameterType : std::uint8_t {
  kNumber,        ///< x as it is
  kPower,         ///< on the scale of log_base x
  kInteger,       ///< whole numbers
  kPowerInteger,  ///< whole numbers on the scale of log_base x; low >= 1
  kExponent,      ///< base^k, k whole
  kStep,          ///< low, low + step, ...
  kBoolean,       ///< 0 or 1
  kCategory,      ///< the index of an unordered value
};

struct Parameter {
  ParameterType type = ParameterType::kNumber;
  double low = 0;
  double high = 1;
  double base = 10;
  double step = 1;
  std::size_t categories = 0;
};

/// Values in the order of declaration on one side; on the other the *design*: numbers first, then
/// categories, each in its transformed range. Rounding is half to even. Source: HEBO 0.3
/// design_space.
class DesignSpace {
 public:
  explicit DesignSpace(std::vector<Parameter> parameters);

  std::size_t size() const { return parameters_.size(); }
  /// So many leading coordinates of the design are numbers, the rest categories.
  std::size_t numbers() const { return numbers_; }
  double low(std::size_t coordinate) const { return low_[coordinate]; }
  double high(std::size_t coordinate) const { return high_[coordinate]; }
  bool discrete(std::size_t coordinate) const;
  /// Of a categorical coordinate.
  std::size_t categories(std::size_t coordinate) const;

  Point to_design(const Point& values) const;
  Point to_values(const Point& design) const;
  /// From the unit cube (in design order) to the design; discrete coordinates rounded.
  Point scaled(const Point& unit) const;

 private:
  const Parameter& at(std::size_t coordinate) const { return parameters_[order_[coordinate]]; }

  std::vector<Parameter> parameters_;
  std::vector<std::size_t> order_;  ///< declaration index of each design coordinate
  std::size_t numbers_ = 0;
  std::vector<double> low_;
  std::vector<double> high_;
};

}  // namespace dlfix::eval::hebo
