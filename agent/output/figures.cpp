#include "agent/output/figures.h"

#include <fmt/format.h>

#include <cmath>

namespace dlfix::agent {

std::string figure(double value) {
  if (!std::isfinite(value)) return "-";
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e5)) return fmt::format("{:.3g}", value);
  return fmt::format("{:.{}f}", value, size < 10 ? 4 : 2);
}

}  // namespace dlfix::agent
