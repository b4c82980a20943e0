#include "eval/metrics/repair_metrics.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/wilcoxon.h"

namespace dlfix::eval {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kNoGap = 1e-9;
constexpr double kSignificance = 0.05;
constexpr double kAngularFloor = 0.006;

bool better(double a, double b, bool higher_is_better) { return higher_is_better ? a > b : a < b; }

bool names_whole_number(std::string_view key) {
  return key == "epochs" || key == "batch_size" || key.starts_with("unit") ||
         key.starts_with("layer");
}

std::optional<double> as_number(const nlohmann::json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return std::nullopt;
}

std::set<std::string> differing_operators(const mapping::Config& base,
                                          const mapping::Config& other) {
  std::set<std::string> operators;
  for (const auto& [key, value] : base) {
    const auto found = other.find(key);
    if (found == other.end() || same_value(key, value, found->second)) continue;
    if (const auto name = operator_of_key(key)) operators.insert(*name);
  }
  return operators;
}

/// The config with the base's value for every key that it lacks.
mapping::Config completed(const mapping::Config& base, const mapping::Config& partial) {
  mapping::Config result = base;
  for (const auto& [key, value] : partial) result[key] = value;
  return result;
}

}  // namespace

PatchChoice choose_patch(std::span<const TrialRow> rows, double faulty_mean,
                         bool higher_is_better) {
  std::optional<std::size_t> best;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!rows[i].guide || std::isnan(*rows[i].guide)) continue;
    if (!best || better(*rows[i].guide, *rows[*best].guide, higher_is_better)) best = i;
  }
  if (!best) return {std::nullopt, faulty_mean, kNan};
  const double hold_out = rows[*best].hold_out;
  if (std::isnan(hold_out) || better(faulty_mean, hold_out, higher_is_better)) {
    return {std::nullopt, faulty_mean, hold_out};
  }
  return {best, hold_out, hold_out};
}

std::optional<double> improvement_rate(double faulty_mean, double truth_mean,
                                       std::span<const double> runs, Rounding rounding) {
  const double gap = truth_mean - faulty_mean;
  if (runs.empty() || !(std::abs(gap) >= kNoGap)) return std::nullopt;
  std::vector<double> values(runs.begin(), runs.end());
  if (rounding == Rounding::kTwoDecimals) {
    for (double& value : values) value = std::nearbyint(value * 100) / 100;
  }
  return (mean(values) - faulty_mean) / gap;
}

bool significant_improvement(std::span<const double> faulty, std::span<const double> runs,
                             std::optional<double> rate) {
  return rate && *rate > 0 && wilcoxon_signed_rank(faulty, runs).p_value < kSignificance;
}

bool angular_score_is_valid(double score, bool predictions_finite) {
  return predictions_finite && std::isfinite(score) && score >= kAngularFloor;
}

std::string comparable(std::string_view key, const nlohmann::json& value) {
  if (value.is_null()) return "None";
  if (value.is_object()) {
    const auto name = value.find("class");
    return name != value.end() && name->is_string() ? name->get<std::string>() : value.dump();
  }
  const std::optional<double> number = as_number(value);
  if (number && names_whole_number(key)) return fmt::format("{}", std::trunc(*number));
  if (number) return fmt::format("{}", *number);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool same_value(std::string_view key, const nlohmann::json& a, const nlohmann::json& b) {
  return a == b || comparable(key, a) == comparable(key, b);
}

double complexity(const mapping::Config& initial, const mapping::Config& patch) {
  if (initial.empty()) return kNan;
  double changed = 0;
  for (const auto& [key, value] : initial) {
    const auto found = patch.find(key);
    if (found != patch.end() && !same_value(key, value, found->second)) changed += 1;
  }
  return changed / static_cast<double>(initial.size());
}

double complexity_of_truth(const mapping::Config& initial, const mapping::Config& truth) {
  const double share = complexity(initial, truth);
  return share == 0 ? 1.0 / static_cast<double>(initial.size()) : share;
}

std::optional<std::string> operator_of_key(std::string_view key) {
  constexpr std::array<std::string_view, 8> kOperators{"act", "batch_size", "epochs", "loss",
                                                       "lr",  "optimizer",  "ki",     "kr"};
  for (const std::string_view name : kOperators) {
    if (key.find(name) != std::string_view::npos) return std::string(name);
  }
  return std::nullopt;
}

double asymmetric_jaccard(const mapping::Config& faulty, const mapping::Config& truth,
                          const mapping::Config& patch, Jaccard definition) {
  const mapping::Config full_patch = completed(faulty, patch);
  const mapping::Config full_truth = completed(faulty, truth);
  const std::set<std::string> expected = differing_operators(faulty, full_truth);
  if (expected.empty()) return 0;
  const mapping::Config& base = definition == Jaccard::kPaper ? faulty : full_truth;
  const std::set<std::string> applied = differing_operators(base, full_patch);
  double common = 0;
  for (const std::string& name : expected) common += applied.count(name);
  return common / static_cast<double>(expected.size());
}

}  // namespace dlfix::eval
