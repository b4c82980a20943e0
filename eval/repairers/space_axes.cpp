#include "eval/repairers/space_axes.h"

#include <algorithm>
#include <cmath>

#include "eval/repairers/changes.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kFewestOrdered = 3;

Axis plain_axis(const Dimension& dimension) {
  Axis axis;
  axis.name = dimension.name;
  if (dimension.values.empty()) {
    axis.kind = Axis::Kind::kNumber;
    axis.low = dimension.low.value_or(0);
    axis.high = dimension.high.value_or(1);
    axis.logarithmic = dimension.logarithmic && axis.low > 0;
  } else {
    axis.values = dimension.values;
  }
  return axis;
}

bool all_numbers(const std::vector<nlohmann::json>& values) {
  return std::ranges::all_of(values, [](const auto& value) { return value.is_number(); });
}

void put_in_order(Axis& axis) {
  if (axis.values.size() < kFewestOrdered || !all_numbers(axis.values)) return;
  axis.kind = Axis::Kind::kOrdered;
  std::ranges::sort(axis.values, [](const auto& a, const auto& b) {
    return a.template get<double>() < b.template get<double>();
  });
}

/// Names of hyperparameters that get another one's value with_shared_sources.
std::vector<std::string> followers(const RepairContext& context) {
  mapping::Config own_names;
  for (const Dimension& dimension : context.space.dimensions) {
    own_names[dimension.name] = dimension.name;
  }
  std::vector<std::string> found;
  for (const auto& [name, leader] : with_shared_sources(context, own_names)) {
    if (leader != name) found.push_back(name);
  }
  return found;
}

std::optional<double> place_on(const Axis& axis, const nlohmann::json& value) {
  if (axis.kind == Axis::Kind::kNumber) {
    if (!value.is_number()) return std::nullopt;
    const double number = value;
    return number >= axis.low && number <= axis.high ? std::optional(number) : std::nullopt;
  }
  const auto found = std::ranges::find(axis.values, value);
  if (found == axis.values.end()) return std::nullopt;
  return static_cast<double>(found - axis.values.begin());
}

}  // namespace

SpaceAxes SpaceAxes::as_published(const RepairContext& context) {
  SpaceAxes space(context);
  for (const Dimension& dimension : context.space.dimensions) {
    space.axes_.push_back(plain_axis(dimension));
  }
  return space;
}

SpaceAxes SpaceAxes::mended(const RepairContext& context) {
  SpaceAxes space(context);
  const std::vector<std::string> following = followers(context);
  for (const Dimension& dimension : context.space.dimensions) {
    if (std::ranges::find(following, dimension.name) != following.end()) continue;
    Axis axis = plain_axis(dimension);
    std::erase_if(axis.values, [&](const nlohmann::json& value) {
      return value != dimension.initial &&
             known_invalid(context, mapping::Config{{axis.name, value}}).has_value();
    });
    if (axis.kind != Axis::Kind::kNumber && axis.values.size() < 2) continue;
    if (axis.kind == Axis::Kind::kNumber && !(axis.high > axis.low)) continue;
    put_in_order(axis);
    space.axes_.push_back(std::move(axis));
  }
  return space;
}

std::optional<mapping::Config> SpaceAxes::changes(const Places& places) const {
  mapping::Config config;
  for (const Dimension& dimension : context_->space.dimensions) {
    config[dimension.name] = dimension.initial;
  }
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = axes_[i];
    if (axis.kind == Axis::Kind::kNumber) {
      config[axis.name] = places[i];
    } else {
      config[axis.name] = axis.values[static_cast<std::size_t>(places[i])];
    }
  }
  return settled(*context_, with_shared_sources(*context_, std::move(config)));
}

std::optional<Places> SpaceAxes::places(const mapping::Config& changes) const {
  Places places;
  for (const Axis& axis : axes_) {
    const auto changed = changes.find(axis.name);
    const auto place =
        place_on(axis, changed == changes.end() ? context_->space.find(axis.name)->initial
                                                : changed->second);
    if (!place) return std::nullopt;
    places.push_back(*place);
  }
  return places;
}

}  // namespace dlfix::eval
