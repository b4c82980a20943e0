#include "eval/repairers/hebo/inputs.h"

namespace dlfix::eval::hebo {

ColumnLayout::ColumnLayout(std::size_t number_count, const std::vector<std::size_t>& categories)
    : numbers(static_cast<Eigen::Index>(number_count)) {
  columns = numbers;
  for (const std::size_t count : categories) {
    first_column.push_back(columns);
    columns += static_cast<Eigen::Index>(count);
  }
}

ColumnLayout layout_of(const DesignSpace& space) {
  std::vector<std::size_t> categories;
  for (std::size_t i = space.numbers(); i < space.size(); ++i) {
    categories.push_back(space.categories(i));
  }
  return {space.numbers(), categories};
}

Inputs inputs_of(const DesignSpace& space, const ColumnLayout& layout,
                 const std::vector<Point>& designs) {
  const auto rows = static_cast<Eigen::Index>(designs.size());
  const auto groups = static_cast<Eigen::Index>(layout.first_column.size());
  Inputs inputs{Eigen::MatrixXd::Zero(rows, layout.numbers), Eigen::MatrixXi::Zero(rows, groups)};
  for (Eigen::Index row = 0; row < rows; ++row) {
    const Point& design = designs[static_cast<std::size_t>(row)];
    for (std::size_t i = 0; i < space.numbers(); ++i) {
      const double range = space.high(i) - space.low(i);
      if (range > 0) {
        inputs.numbers(row, static_cast<Eigen::Index>(i)) =
            2 * (design[i] - space.low(i)) / range - 1;
      }
    }
    for (std::size_t i = space.numbers(); i < space.size(); ++i) {
      const std::size_t group = i - space.numbers();
      inputs.ones(row, static_cast<Eigen::Index>(group)) =
          static_cast<int>(layout.first_column[group] + static_cast<Eigen::Index>(design[i]));
    }
  }
  return inputs;
}

}  // namespace dlfix::eval::hebo
