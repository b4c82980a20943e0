#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "eval/evidence/checks.h"
#include "eval/evidence/source_lines.h"

namespace dlfix::eval {
namespace {

constexpr std::int64_t kMostEvaluationRows = 2000;
constexpr std::size_t kHashedItems = 48;  // of a row, evenly spaced; candidates are compared whole
constexpr std::size_t kFewestDistinct = 50;
constexpr std::int64_t kMostTrainingRows = 300000;

std::uint64_t mixed(std::uint64_t hash, const void* bytes, std::size_t count) {
  const auto* byte = static_cast<const unsigned char*>(bytes);
  for (std::size_t i = 0; i < count; ++i) hash = (hash ^ byte[i]) * 0x100000001b3ULL;
  return hash;
}

/// Rows of one input as bytes.
class Rows {
 public:
  explicit Rows(const support::NpyArray& array)
      : data_(static_cast<const char*>(array.data())),
        item_(array.item_size()),
        items_(static_cast<std::size_t>(std::max<std::int64_t>(1, array.row_items()))) {}

  std::uint64_t hash(std::int64_t row) const {
    const char* first = bytes(row);
    const std::size_t parts = std::min(kHashedItems, items_);
    std::uint64_t value = 0xcbf29ce484222325ULL;
    for (std::size_t i = 0; i < parts; ++i) {
      value = mixed(value, first + (i * items_ / parts) * item_, item_);
    }
    return value;
  }
  bool equal(std::int64_t row, const Rows& other, std::int64_t other_row) const {
    return std::memcmp(bytes(row), other.bytes(other_row), items_ * item_) == 0;
  }

 private:
  const char* bytes(std::int64_t row) const {
    return data_ + static_cast<std::size_t>(row) * items_ * item_;
  }
  const char* data_;
  std::size_t item_, items_;
};

struct Overlap {
  double evaluated = 0, known = 0;  ///< sampled evaluation rows; those found in training
  double distinct = 0;              ///< distinct ones among them
  double repeated_in_training = 0;  ///< share of training rows that occur more than once
};

Overlap overlap_of(const DataView& view) {
  const Rows training(view.training.inputs[0]);
  const Rows evaluation(view.evaluation->inputs[0]);
  std::unordered_multimap<std::uint64_t, std::int64_t> index;
  const std::int64_t rows = std::min(view.training.rows, kMostTrainingRows);
  index.reserve(static_cast<std::size_t>(rows));
  double repeated = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::uint64_t hash = training.hash(row);
    const auto found = index.find(hash);
    if (found != index.end() && training.equal(row, training, found->second)) {
      repeated += 1;  // one representative is enough
    } else {
      index.emplace(hash, row);
    }
  }
  Overlap overlap;
  overlap.repeated_in_training = repeated / static_cast<double>(std::max<std::int64_t>(1, rows));
  std::unordered_set<std::uint64_t> distinct;
  for (const std::int64_t row : view.evaluation->sample(kMostEvaluationRows)) {
    const std::uint64_t hash = evaluation.hash(row);
    distinct.insert(hash);
    overlap.evaluated += 1;
    const auto [first, last] = index.equal_range(hash);
    overlap.known += std::any_of(first, last, [&](const auto& entry) {
      return evaluation.equal(row, training, entry.second);
    });
  }
  overlap.distinct = static_cast<double>(distinct.size());
  return overlap;
}

}  // namespace

void check_leakage(const DataView& view, std::vector<DataFinding>& findings) {
  if (!view.evaluation) return;
  const auto& training = view.training.inputs[0];
  const auto& evaluation = view.evaluation->inputs[0];
  if (training.dtype() != evaluation.dtype() || training.row_items() != evaluation.row_items()) {
    return;
  }
  const Overlap overlap = overlap_of(view);
  if (overlap.evaluated == 0) return;
  const double share = overlap.known / overlap.evaluated;
  // Few distinct rows, or rows that repeat anyway, meet again by nature and not by leakage.
  if (overlap.distinct < static_cast<double>(kFewestDistinct)) return;
  if (share < 0.2 || share < 3 * overlap.repeated_in_training) return;
  const bool same = share > 0.999 && view.evaluation->rows >= view.training.rows * 9 / 10;
  DataFinding finding{
      same ? "train_is_test" : "leakage", "TLQ", same, same ? 0.8 : 0.6, "", "", {}};
  finding.line = selecting_line((*view.evaluation->x)[0].lines);
  if (finding.line.line == 0)
    finding.line = view.program->evaluations.empty() ? mapping::SourceLine{}
                                                     : view.program->evaluations.back().line;
  finding.message =
      same ? "The program evaluates on the rows that it trains on: its result says nothing of new "
             "rows."
           : fmt::format("{:.0f} % of the evaluation rows are also training rows.", 100 * share);
  finding.remedy = "Set rows aside before training and evaluate on them only.";
  findings.push_back(std::move(finding));
}

}  // namespace dlfix::eval
