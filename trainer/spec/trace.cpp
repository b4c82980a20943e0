#include "trainer/spec/trace.h"

#include <fmt/core.h>
#include <algorithm>
#include <stdexcept>

#include "trainer/spec/json_fields.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

json table_to_json(const TraceTable& table) {
  json columns = json::array();
  for (const auto& column : table.columns) {
    json values = json::array();
    // A float's digits: what is watched are floats and means of them.
    for (const double value : column) values.push_back(float_to_json(static_cast<float>(value)));
    columns.push_back(std::move(values));
  }
  return {{"names", table.names}, {"columns", std::move(columns)}};
}

TraceTable table_from_json(const json& document) {
  const FieldReader reader(document, "trace table");
  TraceTable table;
  for (const json& name : reader.list("names")) {
    if (!name.is_string()) throw support::InputError("trace table: a name is not a text");
    table.names.push_back(name.get<std::string>());
  }
  for (const json& column : reader.list("columns")) {
    const json holder{{"column", column}};
    table.columns.push_back(FieldReader(holder, "trace table").numbers("column"));
    if (table.columns.back().size() != table.columns.front().size()) {
      throw support::InputError("trace table: the columns have different lengths");
    }
  }
  if (table.columns.size() != table.names.size()) {
    throw support::InputError(fmt::format("trace table: {} names for {} columns",
                                          table.names.size(), table.columns.size()));
  }
  return table;
}

std::int64_t not_negative(const FieldReader& reader, const char* field) {
  const std::int64_t value = reader.integer(field);
  if (value < 0) {
    throw support::InputError(fmt::format("trace: the field '{}' is negative: {}", field, value));
  }
  return value;
}

}  // namespace

void TraceTable::add_row(const std::vector<double>& values) {
  if (values.size() != names.size()) throw std::logic_error("a trace row of another width");
  columns.resize(names.size());
  for (std::size_t i = 0; i < values.size(); ++i) columns[i].push_back(values[i]);
}

bool TraceTable::has(const std::string& name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const std::vector<double>& TraceTable::column(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw support::InputError("the trace has no column '" + name + "'");
  static const std::vector<double> kNone;
  return columns.empty() ? kNone : columns[static_cast<std::size_t>(found - names.begin())];
}

const std::vector<std::string>& trace_statistics() {
  static const std::vector<std::string> kNames{"mean",      "std",  "min",  "max",
                                               "mean_abs",  "norm", "zero", "nonpositive",
                                               "saturated", "bad",  "count"};
  return kNames;
}

std::string trace_column(const char* kind, std::int64_t layer, const std::string& weight,
                         const std::string& statistic) {
  if (weight.empty()) return fmt::format("{}/{}/{}", kind, layer, statistic);
  return fmt::format("{}/{}/{}/{}", kind, layer, weight, statistic);
}

void to_json(json& document, const TraceSpec& spec) {
  document = {{"weights", spec.weights},
              {"gradients", spec.gradients},
              {"outputs", spec.outputs},
              {"output_gradients", spec.output_gradients},
              {"batches", spec.batches},
              {"every_epochs", spec.every_epochs},
              {"every_batches", spec.every_batches},
              {"probe_rows", spec.probe_rows},
              {"probe_follows", spec.probe_follows}};
  // Only where it is asked for, so that what was stored before is found again.
  if (spec.curvature) document["curvature"] = true;
}

void from_json(const json& document, TraceSpec& spec) {
  const FieldReader reader(document, "trace");
  spec = {reader.truth("weights"),
          reader.truth("gradients"),
          reader.truth("outputs"),
          reader.truth("output_gradients"),
          reader.truth("batches"),
          not_negative(reader, "every_epochs"),
          not_negative(reader, "every_batches"),
          not_negative(reader, "probe_rows"),
          reader.truth("probe_follows"),
          document.contains("curvature") && reader.truth("curvature")};
}

void to_json(json& document, const TrainingTrace& trace) {
  document = {{"checks", table_to_json(trace.checks)}, {"batches", table_to_json(trace.batches)}};
}

void from_json(const json& document, TrainingTrace& trace) {
  const FieldReader reader(document, "training trace");
  trace.checks = table_from_json(reader.value("checks"));
  trace.batches = table_from_json(reader.value("batches"));
}

}  // namespace dlfix::trainer
