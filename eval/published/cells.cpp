#include "eval/published/cells.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "eval/metrics/scores.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr double kSame = 1e-9;
constexpr int kMostDecimals = 6;

bool same(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return !a && !b;
  return std::abs(*a - *b) < kSame;
}

std::optional<double> rounded(std::optional<double> value, int decimals) {
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return round_half_up(*value, decimals);
}

}  // namespace

Cells::Cells(std::string name) { line_.name = std::move(name); }

void Cells::compare(const std::string& cell, std::optional<double> printed,
                    std::optional<double> value, int decimals, const Cause& cause) {
  value = rounded(value, decimals);
  ++line_.of;
  if (same(printed, value)) {
    ++line_.equal;
    return;
  }
  line_.differences.push_back({cell, cell_text(printed, decimals), cell_text(value, decimals),
                               cause ? cause() : std::string()});
}

void Cells::compare_text(const std::string& cell, const std::string& printed,
                         const std::string& value, const Cause& cause) {
  ++line_.of;
  if (printed == value) {
    ++line_.equal;
    return;
  }
  line_.differences.push_back({cell, printed, value, cause ? cause() : std::string()});
}

void Cells::correct(const std::string& cell, std::optional<double> printed,
                    std::optional<double> corrected, int decimals) {
  corrected = rounded(corrected, decimals);
  if (same(printed, corrected)) return;
  line_.corrections.push_back({cell, cell_text(printed, decimals), cell_text(corrected, decimals)});
}

void Cells::note(const std::string& text) {
  if (!line_.note.empty()) line_.note += "; ";
  line_.note += text;
}

void Cells::cannot(const std::string& why) { line_.not_recomputable = why; }

std::string cell_text(std::optional<double> value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "-";
}

std::optional<double> printed_number(const nlohmann::json& value) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_number())
    throw support::InputError("paper_tables.json: " + value.dump() + " is no number");
  return value.get<double>();
}

int decimals_of(double printed) {
  for (int decimals = 1; decimals < kMostDecimals; ++decimals) {
    if (std::abs(round_half_up(printed, decimals) - printed) < kSame) return decimals;
  }
  return kMostDecimals;
}

}  // namespace dlfix::eval
