#include "agent/workflows/mutated_rows.h"

#include <filesystem>

#include "agent/workflows/joined_rows.h"
#include "eval/metrics/labels.h"
#include "eval/mutation/data_mutation.h"
#include "eval/statistics/random_stream.h"
#include "trainer/support/hash.h"
#include "trainer/support/npy.h"

namespace dlfix::agent {
namespace {

using eval::DataPlan;
using eval::PlannedRow;
using trainer::ArrayRef;

std::vector<float> floats(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

eval::TrainingLabels labels_of(const JoinedRows& labels, const std::vector<std::int64_t>& numbers,
                               const eval::Problem& problem) {
  eval::TrainingLabels result;
  for (const std::int64_t number : numbers) {
    const std::vector<float> values = floats(labels.row(number));
    if (problem.kind == eval::ProblemKind::kRegression) {
      result.targets.emplace_back(values.begin(), values.end());
    } else {
      const eval::Labels one{static_cast<std::int64_t>(values.size()),
                             {values.begin(), values.end()}};
      result.classes.push_back(static_cast<int>(one.class_of(0)));
    }
  }
  return result;
}

// Calls `row_of(planned row)` for the values of each row and writes them all.
template <class RowOf>
ArrayRef written(const DataPlan& plan, const JoinedRows& source, const std::string& directory,
                 RowOf row_of) {
  std::vector<float> values;
  for (const PlannedRow& planned : plan.rows) {
    const std::vector<float> row = row_of(planned);
    values.insert(values.end(), row.begin(), row.end());
  }
  ArrayRef array;
  array.shape = source.shape(static_cast<std::int64_t>(plan.rows.size()));
  array.dtype = "float32";
  const std::string bytes(reinterpret_cast<const char*>(values.data()),
                          values.size() * sizeof(float));
  array.path = directory + "/" + support::sha256(bytes) + ".npy";
  support::write_npy(array.path, array.shape, array.dtype, values.data());
  array.sha256 = support::sha256_file(array.path);
  return array;
}

// A row's label with the plan's change, in the form that the labels have.
std::vector<float> planned_label(const PlannedRow& planned, std::vector<float> own) {
  if (!planned.target.empty()) return {planned.target.begin(), planned.target.end()};
  if (planned.label < 0) return own;
  if (own.size() == 1) return {static_cast<float>(planned.label)};
  std::fill(own.begin(), own.end(), 0.0F);
  own.at(static_cast<std::size_t>(planned.label)) = 1.0F;
  return own;
}

}  // namespace

std::string change_training_rows(const eval::DataChange& change, const eval::Problem& problem,
                                 std::uint64_t seed, const std::string& directory,
                                 trainer::TrainingRequest& request) {
  std::filesystem::create_directories(directory);
  const JoinedRows labels(request.train.labels);
  const auto numbers = row_numbers(request.train);
  const DataPlan plan = plan_data_change(change, labels_of(labels, numbers, problem), seed);
  if (!plan.why_not.empty()) return plan.why_not;
  const auto source = [&](const PlannedRow& planned) {
    return numbers[static_cast<std::size_t>(planned.source)];
  };
  trainer::RowSet changed;
  eval::RandomStream noise(seed, 1);
  for (const auto& parts : request.train.inputs) {
    const JoinedRows input(parts);
    changed.inputs.push_back({written(plan, input, directory, [&](const PlannedRow& planned) {
      std::vector<float> row = floats(input.row(source(planned)));
      if (planned.noisy) eval::add_noise(row, change.percent, noise);
      return row;
    })});
  }
  changed.labels.push_back(written(plan, labels, directory, [&](const PlannedRow& planned) {
    return planned_label(planned, floats(labels.row(source(planned))));
  }));
  if (!request.train.sample_weights.empty()) {
    const JoinedRows weights(request.train.sample_weights);
    changed.sample_weights.push_back(
        written(plan, weights, directory,
                [&](const PlannedRow& planned) { return floats(weights.row(source(planned))); }));
  }
  request.train = std::move(changed);
  return "";
}

}  // namespace dlfix::agent
