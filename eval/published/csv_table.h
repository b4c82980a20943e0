// A CSV file with a heading, by column names.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace dlfix::eval {

class CsvTable {
 public:
  /// Errors: support::EnvironmentError when the file cannot be read, support::InputError naming a
  /// row of another length than the heading.
  explicit CsvTable(const std::string& path);

  std::size_t rows() const { return rows_.size(); }
  /// Errors: support::InputError naming a column that the file does not have.
  const std::string& text(std::size_t row, const std::string& column) const;
  /// NaN where the cell is empty. Errors: support::InputError naming file and row of what is no
  /// number.
  double number(std::size_t row, const std::string& column) const;

 private:
  std::string path_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace dlfix::eval
