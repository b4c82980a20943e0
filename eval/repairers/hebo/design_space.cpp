#include "eval/repairers/hebo/design_space.h"

#include <algorithm>
#include <cmath>

namespace dlfix::eval::hebo {
namespace {

double round_even(double value) { return std::nearbyint(value); }

double log_base(const Parameter& parameter, double value) {
  return std::log(value) / std::log(parameter.base);
}

double transformed(const Parameter& parameter, double value) {
  switch (parameter.type) {
    case ParameterType::kPower:
    case ParameterType::kPowerInteger:
      return log_base(parameter, value);
    case ParameterType::kExponent:
      return round_even(log_base(parameter, value));
    case ParameterType::kStep:
      return (value - parameter.low) / parameter.step;
    case ParameterType::kInteger:
    case ParameterType::kCategory:
      return round_even(value);
    case ParameterType::kBoolean:
      return value > 0.5 ? 1 : 0;
    case ParameterType::kNumber:
      break;
  }
  return value;
}

double original(const Parameter& parameter, double design) {
  switch (parameter.type) {
    case ParameterType::kPower:
      return std::clamp(std::pow(parameter.base, design), parameter.low, parameter.high);
    case ParameterType::kPowerInteger:
      return round_even(std::pow(parameter.base, design));
    case ParameterType::kExponent:
      return std::pow(parameter.base, round_even(design));
    case ParameterType::kStep:
      return round_even(design) * parameter.step + parameter.low;
    case ParameterType::kInteger:
    case ParameterType::kCategory:
      return round_even(design);
    case ParameterType::kBoolean:
      return design > 0.5 ? 1 : 0;
    case ParameterType::kNumber:
      break;
  }
  return design;
}

double highest(const Parameter& parameter) {
  switch (parameter.type) {
    case ParameterType::kStep:
      return std::floor((parameter.high - parameter.low) / parameter.step);
    case ParameterType::kBoolean:
      return 1;
    case ParameterType::kCategory:
      return static_cast<double>(parameter.categories) - 1;
    default:
      return transformed(parameter, parameter.high);
  }
}

double lowest(const Parameter& parameter) {
  const bool from_zero =
      parameter.type == ParameterType::kBoolean || parameter.type == ParameterType::kCategory;
  return from_zero ? 0 : transformed(parameter, parameter.low);
}

}  // namespace

DesignSpace::DesignSpace(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {
  for (const bool categorical : {false, true}) {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if ((parameters_[i].type == ParameterType::kCategory) == categorical) order_.push_back(i);
    }
    if (!categorical) numbers_ = order_.size();
  }
  for (std::size_t i = 0; i < order_.size(); ++i) {
    low_.push_back(lowest(at(i)));
    high_.push_back(highest(at(i)));
  }
}

bool DesignSpace::discrete(std::size_t coordinate) const {
  const ParameterType type = at(coordinate).type;
  return type != ParameterType::kNumber && type != ParameterType::kPower &&
         type != ParameterType::kPowerInteger;
}

std::size_t DesignSpace::categories(std::size_t coordinate) const {
  return at(coordinate).categories;
}

Point DesignSpace::to_design(const Point& values) const {
  Point design;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    design.push_back(std::clamp(transformed(at(i), values[order_[i]]), low_[i], high_[i]));
  }
  return design;
}

Point DesignSpace::to_values(const Point& design) const {
  Point values(parameters_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) values[order_[i]] = original(at(i), design[i]);
  return values;
}

Point DesignSpace::scaled(const Point& unit) const {
  Point design;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const double value = low_[i] + unit[i] * (high_[i] - low_[i]);
    design.push_back(discrete(i) ? round_even(value) : value);
  }
  return design;
}

}  // namespace dlfix::eval::hebo
