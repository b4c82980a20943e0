#include "agent/workflows/budget.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "trainer/support/errors.h"

namespace dlfix::agent {

Budget parse_budget(const std::string& text) {
  Budget budget;
  if (text.empty()) return budget;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, budget.amount);
  const std::string unit(rest, end);
  const bool number = error == std::errc() && std::isfinite(budget.amount) && budget.amount > 0;
  budget.given = true;
  if (number && unit.empty()) return budget;
  if (number && unit == "trials") {
    budget.unit = Budget::Unit::kTrials;
    return budget;
  }
  if (number && (unit == "s" || unit == "m" || unit == "h")) {
    budget.unit = Budget::Unit::kSeconds;
    budget.amount *= unit == "h" ? 3600 : unit == "m" ? 60 : 1;
    return budget;
  }
  throw support::InputError(fmt::format("--budget {}: is not a budget", text),
                            "give 20 (trainings of the program), 5m (90s, 1h) or 40trials");
}

std::string to_string(const Budget& budget) {
  switch (budget.unit) {
    case Budget::Unit::kSeconds:
      return budget.amount < 120 ? fmt::format("{:.0f} s", budget.amount)
                                 : fmt::format("{:.0f} min", budget.amount / 60);
    case Budget::Unit::kTrials:
      return fmt::format("{:.0f} trials", budget.amount);
    case Budget::Unit::kFaultyTrainings:
      break;
  }
  return fmt::format("{:g} trainings of the program", budget.amount);
}

}  // namespace dlfix::agent
