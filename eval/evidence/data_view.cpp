#include "eval/evidence/data_view.h"

#include <algorithm>

namespace dlfix::eval {
namespace {

std::optional<DataSide> side_of(const std::vector<mapping::ProgramArray>& x,
                                const std::optional<mapping::ProgramArray>& y) {
  if (x.empty() || !y || y->data.path.empty()) return std::nullopt;
  DataSide side;
  for (const auto& array : x) {
    if (array.data.path.empty()) return std::nullopt;
    side.inputs.push_back(support::NpyArray::open(array.data.path));
  }
  side.labels = read_labels(y->data);
  side.rows = std::min(side.inputs[0].rows(), side.labels.rows());
  side.x = &x;
  side.y = &*y;
  return side;
}

std::optional<DataSide> evaluation_of(const mapping::Program& program) {
  for (auto item = program.evaluations.rbegin(); item != program.evaluations.rend(); ++item) {
    if (auto side = side_of(item->x, item->y)) return side;
  }
  if (!program.validation) return std::nullopt;
  return side_of(program.validation->x, program.validation->y);
}

}  // namespace

std::int64_t DataSide::features() const {
  std::int64_t count = 0;
  for (const auto& input : inputs) count += std::max<std::int64_t>(1, input.row_items());
  return count;
}

std::vector<std::int64_t> DataSide::sample(std::int64_t count) const {
  std::vector<std::int64_t> chosen;
  const std::int64_t wanted = std::min(count, rows);
  for (std::int64_t i = 0; i < wanted; ++i) chosen.push_back(i * rows / wanted);
  return chosen;
}

Table DataSide::table(const std::vector<std::int64_t>& chosen, std::int64_t columns) const {
  Table table;
  const std::int64_t all = features();
  table.rows = static_cast<std::int64_t>(chosen.size());
  table.columns = std::min(columns, all);
  table.values.reserve(static_cast<std::size_t>(table.rows * table.columns));
  for (const std::int64_t row : chosen) {
    std::vector<double> whole;
    for (const auto& input : inputs) {
      const auto part = input.to_double(row, 1);
      whole.insert(whole.end(), part.begin(), part.end());
    }
    for (std::int64_t i = 0; i < table.columns; ++i) {
      table.values.push_back(whole[static_cast<std::size_t>(i * all / table.columns)]);
    }
  }
  return table;
}

std::optional<DataView> view_data(const mapping::Program& program) {
  if (!program.captured) return std::nullopt;
  auto training = side_of(program.x, program.y);
  if (!training) return std::nullopt;
  DataView view;
  view.program = &program;
  view.training = std::move(*training);
  const double kept = 1 - program.fit.validation_split;
  view.training.rows = static_cast<std::int64_t>(static_cast<double>(view.training.rows) * kept);
  view.evaluation = evaluation_of(program);
  view.problem = detect_problem(program, view.training.labels);
  return view;
}

}  // namespace dlfix::eval
