#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/evidence/checks.h"
#include "eval/evidence/source_lines.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr std::int64_t kRows = 500;
constexpr std::int64_t kColumns = 200;
constexpr double kFar = 10;
constexpr std::int64_t kMostItems = 64'000'000;  // that are searched for NaN one by one

struct ColumnMoments {
  std::vector<double> centres, spreads;
  double largest = 0;
};

ColumnMoments moments_of(const DataSide& side) {
  const Table table = side.table(side.sample(kRows), kColumns);
  ColumnMoments moments;
  std::vector<double> column(static_cast<std::size_t>(table.rows));
  for (std::int64_t c = 0; c < table.columns; ++c) {
    for (std::int64_t r = 0; r < table.rows; ++r) {
      column[static_cast<std::size_t>(r)] = table.at(r, c);
      moments.largest = std::max(moments.largest, std::abs(table.at(r, c)));
    }
    moments.centres.push_back(mean(column));
    moments.spreads.push_back(population_sd(column));
  }
  return moments;
}

/// Median over the features that vary on both sides: how far spreads and centres lie apart.
struct Apart {
  double ratio = 1, shift = 0;
};

Apart apart(const ColumnMoments& a, const ColumnMoments& b) {
  std::vector<double> ratios, shifts;
  for (std::size_t i = 0; i < std::min(a.spreads.size(), b.spreads.size()); ++i) {
    const double least = std::min(a.spreads[i], b.spreads[i]);
    const double most = std::max(a.spreads[i], b.spreads[i]);
    if (!(least > 1e-12)) continue;
    ratios.push_back(most / least);
    shifts.push_back(std::abs(a.centres[i] - b.centres[i]) / most);
  }
  if (ratios.empty()) return {};
  return {median(ratios), median(shifts)};
}

template <typename T>
bool any_not_finite(const void* data, std::int64_t count) {
  const T* values = static_cast<const T*>(data);
  return std::any_of(values, values + count, [](T value) { return !std::isfinite(value); });
}

bool not_finite(const support::NpyArray& array) {
  const std::int64_t count =
      std::min(kMostItems, array.rows() * std::max<std::int64_t>(1, array.row_items()));
  if (array.dtype() == "float32") return any_not_finite<float>(array.data(), count);
  if (array.dtype() == "float64") return any_not_finite<double>(array.data(), count);
  return false;
}

void report_not_finite(const char* what, const mapping::ProgramArray& array,
                       std::vector<DataFinding>& findings) {
  findings.push_back({"not_finite", "CPP", true, 0.98,
                      fmt::format("The {} ({}) hold NaN or infinite values.", what, array.name),
                      "Fill in or drop these values before training.", scaling_line(array.lines)});
}

void check_side(const DataSide& side, const char* which, std::vector<DataFinding>& findings) {
  for (std::size_t i = 0; i < side.inputs.size(); ++i) {
    if (not_finite(side.inputs[i])) {
      report_not_finite(fmt::format("{} inputs", which).c_str(), (*side.x)[i], findings);
    }
  }
  const auto& labels = side.labels.values;
  if (std::any_of(labels.begin(), labels.end(), [](double v) { return !std::isfinite(v); })) {
    report_not_finite(fmt::format("{} labels", which).c_str(), *side.y, findings);
  }
  if (side.inputs[0].rows() != side.labels.rows()) {
    findings.push_back({"rows_differ", "CPP", true, 0.98,
                        fmt::format("The {} inputs have {} rows and the labels {}.", which,
                                    side.inputs[0].rows(), side.labels.rows()),
                        "Cut inputs and labels at the same rows.", selecting_line(side.y->lines)});
  }
}

/// Of the two sides' statements, the one that only one side has.
mapping::SourceLine scaling_of_one_side(const DataView& view) {
  const auto& training = (*view.training.x)[0].lines;
  const auto& evaluation = (*view.evaluation->x)[0].lines;
  const auto only = [](const auto& lines, const auto& others) {
    std::vector<mapping::SourceLine> result;
    for (const auto& line : lines) {
      const bool shared = std::any_of(others.begin(), others.end(), [&](const auto& other) {
        return other.line == line.line && other.file == line.file;
      });
      if (!shared) result.push_back(line);
    }
    return result;
  };
  const auto own = only(training, evaluation);
  const mapping::SourceLine line = scaling_line(own);
  return line.line > 0 ? line : scaling_line(only(evaluation, training));
}

}  // namespace

bool first_layer_adapts(const mapping::Program& program) {
  for (const auto& layer : program.model.layers) {
    const std::string& name = layer.class_name;
    if (name == "InputLayer" || name == "Reshape" || name == "Flatten") continue;
    return name == "Embedding" || name == "BatchNormalization" || name == "Rescaling" ||
           name == "Normalization" || name == "LayerNormalization";
  }
  return false;
}

bool far_from_zero(const DataSide& side) {
  const ColumnMoments moments = moments_of(side);
  const auto far = [](double value) { return std::abs(value) > kFar; };
  return std::any_of(moments.centres.begin(), moments.centres.end(), far) ||
         std::any_of(moments.spreads.begin(), moments.spreads.end(), far);
}

void check_sound(const DataView& view, std::vector<DataFinding>& findings) {
  check_side(view.training, "training", findings);
  if (view.evaluation) check_side(*view.evaluation, "evaluation", findings);
}

void check_inputs(const DataView& view, std::vector<DataFinding>& findings) {
  const ColumnMoments training = moments_of(view.training);
  if (!first_layer_adapts(*view.program) && far_from_zero(view.training)) {
    const double certainty = training.largest > 1000 ? 0.6 : 0.45;
    findings.push_back(
        {"inputs_unscaled", "CPP", false, certainty,
         fmt::format("Inputs reach {:.4g} and are given to the network as they are.",
                     training.largest),
         "Scale the inputs: divide by the largest value, or subtract the mean and divide by the "
         "standard deviation of the training rows.",
         last_line((*view.training.x)[0].lines)});
  }
  if (!view.evaluation || view.training.rows < 20 || view.evaluation->rows < 20) return;
  const Apart difference = apart(training, moments_of(*view.evaluation));
  if (difference.ratio < 8 && difference.shift < 3) return;
  findings.push_back(
      {"inputs_scaled_apart", "CPP", true, 0.93,
       fmt::format("Training and evaluation inputs are on different scales (a typical feature's "
                   "spread differs by a factor of {:.3g}, its mean by {:.2g} spreads).",
                   difference.ratio, difference.shift),
       "Scale both with the same numbers, taken from the training rows.",
       scaling_of_one_side(view)});
}

}  // namespace dlfix::eval
