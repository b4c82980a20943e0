// Table 8: the averages of execution times. The times themselves are measurements.
#include <fmt/format.h>

#include "eval/published/averages.h"
#include "eval/published/cells.h"
#include "eval/published/families.h"

namespace dlfix::eval {
namespace {

constexpr int kDecimals = 2;

/// Mean over the rows in which the tool has a time; with `everywhere`, over those in which all
/// have.
std::optional<double> mean_time(const StudyFolder& folder, const char* tool, bool everywhere) {
  double sum = 0;
  int count = 0;
  for (const auto& row : folder.rows(8)) {
    if (is_average(row.at("id").get<std::string>()) || row.at(tool).is_null()) continue;
    bool all = true;
    for (const char* other : kLocalisers) all = all && !row.at(other).is_null();
    if (everywhere && !all) continue;
    sum += *printed_number(row.at(tool));
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

}  // namespace

Lines time_lines(const StudyFolder& folder) {
  Cells times("Table 8 times");
  times.cannot("the tools' and the endpoint's times are measurements of the study's machines");
  Cells averages("Table 8 averages");
  for (const char* average : {"Avg.", kTotalAverage}) {
    for (const char* tool : kLocalisers) {
      averages.compare(fmt::format("{} {}", average, tool),
                       printed_number(folder.row(8, average).at(tool)),
                       mean_time(folder, tool, average != std::string(kTotalAverage)), kDecimals);
    }
  }
  return {times.line(), averages.line()};
}

}  // namespace dlfix::eval
