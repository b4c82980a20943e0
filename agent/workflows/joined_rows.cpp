#include "agent/workflows/joined_rows.h"

#include <numeric>

namespace dlfix::agent {

JoinedRows::JoinedRows(const std::vector<trainer::ArrayRef>& parts) {
  for (const trainer::ArrayRef& part : parts) arrays_.push_back(support::NpyArray::open(part.path));
}

std::int64_t JoinedRows::rows() const {
  return std::accumulate(arrays_.begin(), arrays_.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& array) { return sum + array.rows(); });
}

std::vector<double> JoinedRows::row(std::int64_t number) const {
  for (const auto& array : arrays_) {
    if (number < array.rows()) return array.to_double(number, 1);
    number -= array.rows();
  }
  return {};
}

std::vector<std::int64_t> JoinedRows::shape(std::int64_t rows) const {
  auto shape = arrays_.front().shape();
  shape.front() = rows;
  return shape;
}

std::vector<std::int64_t> row_numbers(const trainer::RowSet& set) {
  if (set.rows) return *set.rows;
  std::vector<std::int64_t> all(static_cast<std::size_t>(JoinedRows(set.labels).rows()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace dlfix::agent
