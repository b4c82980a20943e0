#include "eval/repairers/hebo/warping.h"

#include <cmath>

namespace dlfix::eval::hebo {
namespace {

constexpr double kBorder = 1e-6;

}  // namespace

double inside_unit(double x, double low, double high) {
  return (x - (low - kBorder)) / ((high + kBorder) - (low - kBorder));
}

Warped kumaraswamy(double u, double a, double b) {
  const double log_u = std::log(u);
  const double log_rest = std::log(-std::expm1(a * log_u));  // of 1 - u^a
  Warped warped;
  warped.value = -std::expm1(b * log_rest);
  warped.by_a = b * std::exp((b - 1) * log_rest + a * log_u) * log_u;
  warped.by_b = -std::exp(b * log_rest) * log_rest;
  return warped;
}

}  // namespace dlfix::eval::hebo
