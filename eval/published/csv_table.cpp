#include "eval/published/csv_table.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "eval/agreement/gold.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {

CsvTable::CsvTable(const std::string& path) : path_(path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw support::EnvironmentError(path + ": cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  rows_ = read_csv(text.str());
  if (rows_.empty()) throw support::InputError(path + ": has no heading");
  const std::vector<std::string> heading = rows_.front();
  rows_.erase(rows_.begin());
  for (std::size_t i = 0; i < heading.size(); ++i) columns_[heading[i]] = i;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (rows_[row].size() != heading.size()) {
      throw support::InputError(fmt::format("{}: row {} has {} fields, the heading {}", path,
                                            row + 2, rows_[row].size(), heading.size()));
    }
  }
}

const std::string& CsvTable::text(std::size_t row, const std::string& column) const {
  const auto found = columns_.find(column);
  if (found == columns_.end())
    throw support::InputError(fmt::format("{}: there is no column {}", path_, column));
  return rows_.at(row)[found->second];
}

double CsvTable::number(std::size_t row, const std::string& column) const {
  const std::string& field = text(row, column);
  if (field.empty()) return std::numeric_limits<double>::quiet_NaN();
  try {
    std::size_t used = 0;
    const double value = std::stod(field, &used);
    if (used == field.size()) return value;
  } catch (const std::exception&) {
    // Named below.
  }
  throw support::InputError(
      fmt::format("{}: row {}, column {}: \"{}\" is no number", path_, row + 2, column, field));
}

}  // namespace dlfix::eval
