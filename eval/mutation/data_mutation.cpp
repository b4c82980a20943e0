#include "eval/mutation/data_mutation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/normal_draw.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;
using Members = std::map<int, std::vector<std::size_t>>;  // class or bucket -> rows

std::size_t share_of(std::size_t rows, double percent) {
  return static_cast<std::size_t>(static_cast<double>(rows) * percent / 100 + 1e-9);
}

void check_labels(const DataChange& change, const TrainingLabels& labels) {
  if (!(change.percent >= 0 && change.percent <= 100)) {
    throw InputError(
        fmt::format("{}: {} is no share in per cent", change.operation, change.percent));
  }
  if (labels.classes.empty() == labels.targets.empty()) {
    throw InputError(change.operation + ": either classes or targets are needed, at least one row");
  }
  for (const auto& row : labels.targets) {
    const bool finite = std::ranges::all_of(row, [](double y) { return std::isfinite(y); });
    if (finite && !row.empty() && row.size() == labels.targets.front().size()) continue;
    throw InputError(change.operation + ": the targets are of different lengths or not finite");
  }
}

Members members_of(const std::vector<int>& groups) {
  Members members;
  for (std::size_t row = 0; row < groups.size(); ++row) members[groups[row]].push_back(row);
  return members;
}

// The most frequent first; among equals the smaller.
std::vector<int> by_frequency(const Members& members) {
  std::vector<int> classes;
  for (const auto& [label, rows] : members) classes.push_back(label);
  std::ranges::stable_sort(classes, std::greater<>(),
                           [&](int label) { return members.at(label).size(); });
  return classes;
}

std::vector<std::size_t> drawn(std::vector<std::size_t> rows, double percent,
                               RandomStream& random) {
  shuffle(rows, random);
  rows.resize(share_of(rows.size(), percent));
  std::ranges::sort(rows);
  return rows;
}

std::vector<double> column_of(const std::vector<std::vector<double>>& targets, std::size_t output) {
  std::vector<double> column;
  for (const auto& row : targets) column.push_back(row[output]);
  return column;
}

class Planner {
 public:
  Planner(const DataChange& change, const TrainingLabels& labels, std::uint64_t seed)
      : percent_(change.percent), labels_(labels), random_(seed) {
    const std::size_t count = std::max(labels.classes.size(), labels.targets.size());
    for (std::size_t row = 0; row < count; ++row) {
      plan_.rows.push_back({static_cast<std::int64_t>(row), -1, {}, false});
    }
    members_ = members_of(labels.classes);
  }

  DataPlan plan(const std::string& operation) {
    const bool classes = !labels_.classes.empty();
    if (operation == "TCL") classes ? change_labels() : change_targets();
    if (operation == "TRD") delete_evenly();
    if (operation == "TAN") make_noisy();
    if (operation != "TUD" && operation != "TCO") return std::move(plan_);
    if (!classes) {
      refuse("the labels are no classes");
    } else {
      operation == "TUD" ? unbalance() : overlap();
    }
    return std::move(plan_);
  }

 private:
  void refuse(std::string why) {
    plan_.rows.clear();
    plan_.why_not = std::move(why);
  }

  void change_labels() {
    const std::vector<int> classes = by_frequency(members_);
    if (classes.size() < 2) {
      refuse("there is one class only");
      return;
    }
    for (const std::size_t row : drawn(members_[classes[0]], percent_, random_)) {
      plan_.rows[row].label = classes[1 + random_.index(classes.size() - 1)];
    }
  }

  void change_targets() {
    for (std::size_t output = 0; output < labels_.targets.front().size(); ++output) {
      const double noise = percent_ / 100 * population_sd(column_of(labels_.targets, output));
      for (std::size_t row = 0; row < plan_.rows.size(); ++row) {
        plan_.rows[row].target.push_back(labels_.targets[row][output] +
                                         noise * draw_normal(random_));
      }
    }
  }

  void delete_evenly() {
    Members groups = members_;
    if (labels_.classes.empty()) {
      const auto buckets = regression_buckets(labels_.targets);
      if (!buckets) {
        refuse("buckets are known for one or two outputs");
        return;
      }
      groups = members_of(*buckets);
    }
    for (const auto& [group, rows] : groups) delete_share(rows);
    drop_deleted();
  }

  void unbalance() {
    const double average =
        static_cast<double>(plan_.rows.size()) / static_cast<double>(members_.size());
    bool any = false;
    for (const auto& [label, rows] : members_) {
      if (static_cast<double>(rows.size()) >= average) continue;
      any = true;
      delete_share(rows);
    }
    if (!any) {
      refuse("no class has fewer rows than the others");
      return;
    }
    drop_deleted();
  }

  void make_noisy() {
    std::vector<std::size_t> all;
    for (std::size_t row = 0; row < plan_.rows.size(); ++row) all.push_back(row);
    for (const std::size_t row : drawn(all, percent_, random_)) plan_.rows[row].noisy = true;
  }

  void overlap() {
    const std::vector<int> classes = by_frequency(members_);
    if (classes.size() < 2) {
      refuse("there is one class only");
      return;
    }
    for (const std::size_t row : drawn(members_[classes[0]], percent_, random_)) {
      plan_.rows.push_back({static_cast<std::int64_t>(row), classes[1], {}, false});
    }
  }

  void delete_share(const std::vector<std::size_t>& rows) {
    for (const std::size_t row : drawn(rows, percent_, random_)) plan_.rows[row].source = kDeleted;
  }
  void drop_deleted() {
    std::erase_if(plan_.rows, [](const PlannedRow& row) { return row.source == kDeleted; });
  }

  static constexpr std::int64_t kDeleted = -1;

  double percent_;
  const TrainingLabels& labels_;
  RandomStream random_;
  Members members_;
  DataPlan plan_;
};

}  // namespace

std::optional<std::vector<int>> regression_buckets(
    const std::vector<std::vector<double>>& targets) {
  const std::size_t outputs = targets.empty() ? 0 : targets.front().size();
  if (outputs < 1 || outputs > 2) return std::nullopt;
  std::vector<int> buckets(targets.size(), 0);
  for (std::size_t output = 0; output < outputs; ++output) {
    const double sd = population_sd(column_of(targets, output));
    for (std::size_t row = 0; row < targets.size(); ++row) {
      const double y = targets[row][output];
      buckets[row] = 3 * buckets[row] + (y < -sd ? 0 : y > sd ? 2 : 1);
    }
  }
  return buckets;
}

DataPlan plan_data_change(const DataChange& change, const TrainingLabels& labels,
                          std::uint64_t seed) {
  check_labels(change, labels);
  for (const char* known : {"TCL", "TRD", "TUD", "TAN", "TCO"}) {
    if (change.operation == known) return Planner(change, labels, seed).plan(change.operation);
  }
  throw InputError("'" + change.operation + "' changes no training data");
}

void add_noise(std::span<float> sample, double percent, RandomStream& random) {
  const std::vector<double> values(sample.begin(), sample.end());
  const double noise = percent / 100 * population_sd(values);
  for (float& number : sample) number += static_cast<float>(noise * draw_normal(random));
}

}  // namespace dlfix::eval
