#include "eval/localisers/input_facts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>

#include "trainer/support/npy.h"

namespace dlfix::eval {
namespace {

constexpr std::int64_t kBlockRows = 1024;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool has_nan = false;

  void add(double number) {
    if (std::isnan(number)) {
      has_nan = true;
      return;
    }
    low = std::min(low, number);
    high = std::max(high, number);
  }
};

Range range_of(const support::NpyArray& array, std::int64_t first) {
  Range range;
  for (std::int64_t row = first; row < array.rows(); row += kBlockRows) {
    const std::int64_t count = std::min(kBlockRows, array.rows() - row);
    for (const double number : array.to_double(row, count)) range.add(number);
  }
  return range;
}

bool is_captured(const std::vector<mapping::ProgramArray>& arrays) {
  return !arrays.empty() && !arrays[0].data.path.empty();
}

}  // namespace

std::optional<DataRanges> data_ranges(const mapping::Program& program) {
  if (!is_captured(program.x) || !program.y || program.y->data.path.empty()) return std::nullopt;
  const Range x = range_of(support::NpyArray::open(program.x[0].data.path), 0);
  const Range y = range_of(support::NpyArray::open(program.y->data.path), 0);
  return DataRanges{x.low, x.high, y.low, y.high};
}

std::optional<InputFacts> input_facts(const mapping::Program& program, ToolReading reading) {
  if (!is_captured(program.x)) return std::nullopt;
  const bool mended = reading == ToolReading::kMended;
  const bool validates = !mended && program.validation && is_captured(program.validation->x);
  const auto array =
      support::NpyArray::open((validates ? program.validation->x[0] : program.x[0]).data.path);
  const std::int64_t batch = std::max<std::int64_t>(program.fit.batch_size, 1);
  const std::int64_t last = array.rows() == 0 ? 0 : (array.rows() - 1) / batch * batch;
  const Range range = range_of(array, mended ? 0 : last);
  InputFacts facts;
  facts.row_shape.assign(array.shape().begin() + (array.shape().empty() ? 0 : 1),
                         array.shape().end());
  facts.min = range.low;
  facts.max = range.high;
  facts.has_nan = range.has_nan;
  return facts;
}

std::optional<double> distinct_share(const mapping::Program& program) {
  constexpr std::int64_t kSampled = 1000;
  if (!is_captured(program.x)) return std::nullopt;
  const auto array = support::NpyArray::open(program.x[0].data.path);
  const std::int64_t sampled = std::min(array.rows(), kSampled);
  if (sampled == 0) return std::nullopt;
  const auto size = static_cast<std::size_t>(array.row_items()) * array.item_size();
  const std::string_view bytes(static_cast<const char*>(array.data()),
                               size * static_cast<std::size_t>(array.rows()));
  std::set<std::string_view> rows;
  for (std::int64_t i = 0; i < sampled; ++i) {
    rows.insert(bytes.substr(static_cast<std::size_t>(i * array.rows() / sampled) * size, size));
  }
  return static_cast<double>(rows.size()) / static_cast<double>(sampled);
}

}  // namespace dlfix::eval
