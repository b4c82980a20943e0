#include "eval/metrics/labels.h"

#include <algorithm>
#include <cmath>

#include "trainer/support/errors.h"
#include "trainer/support/npy.h"

namespace dlfix::eval {

std::int64_t Labels::class_of(std::int64_t row) const {
  if (width == 1) return static_cast<std::int64_t>(std::llround(at(row)));
  const auto first = values.begin() + row * width;
  return std::max_element(first, first + width) - first;
}

Labels read_labels(const trainer::ArrayRef& array) {
  const support::NpyArray file = support::NpyArray::open(array.path);
  Labels labels;
  labels.width = std::max<std::int64_t>(1, file.row_items());
  labels.values = file.to_double(0, file.rows());
  return labels;
}

Labels select_rows(const Labels& labels, std::span<const std::int64_t> rows) {
  Labels selected;
  selected.width = labels.width;
  selected.values.reserve(rows.size() * static_cast<std::size_t>(labels.width));
  for (const std::int64_t row : rows) {
    if (row < 0 || row >= labels.rows()) {
      throw support::InputError("row " + std::to_string(row) + " of labels with " +
                                std::to_string(labels.rows()) + " rows was asked for");
    }
    const auto first = labels.values.begin() + row * labels.width;
    selected.values.insert(selected.values.end(), first, first + labels.width);
  }
  return selected;
}

}  // namespace dlfix::eval
