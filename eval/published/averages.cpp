#include "eval/published/averages.h"

namespace dlfix::eval {

bool is_average(const std::string& id) { return id.starts_with("Avg") || id == kTotalAverage; }

std::vector<std::string> localisation_ids(const StudyFolder& folder) {
  std::vector<std::string> ids;
  for (const auto& row : folder.rows(5)) {
    const auto id = row.at("id").get<std::string>();
    if (!is_average(id)) ids.push_back(id);
  }
  return ids;
}

std::optional<double> average_of(
    const StudyFolder& folder, const std::string& average,
    const std::function<std::optional<double>(const std::string& fl_id)>& cell) {
  double sum = 0;
  int count = 0;
  for (const auto& id : localisation_ids(folder)) {
    const bool artificial = folder.fault_by_fl_id(id).artificial;
    if (average == kArtificialAverage && !artificial) continue;
    if (average == kRealAverage && artificial) continue;
    if (const auto value = cell(id)) {
      sum += *value;
      ++count;
    }
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

}  // namespace dlfix::eval
