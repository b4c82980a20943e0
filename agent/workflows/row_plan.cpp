#include "agent/workflows/row_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dlfix::agent {
namespace {

constexpr std::uint64_t kSplitSeed = 20240711;
constexpr std::uint64_t kProofSeed = 977;
constexpr std::int64_t kFewestRows = 50;
constexpr std::int64_t kFewestEvaluationRows = 100;
constexpr std::int64_t kFewestShrunkRows = 200;
constexpr double kHeldOutShare = 0.2;

/// Divides the pool into training and evaluation rows as the program does.
Split divide(const mapping::Program& program, const RowPool& pool, const RowPlan& plan) {
  const Rows training = row_range(0, pool.training);
  switch (pool.source) {
    case EvaluationSource::kEvaluate:
    case EvaluationSource::kValidationData:
      return {training, row_range(pool.training, pool.size())};
    case EvaluationSource::kValidationSplit: {
      // Keras takes the last rows, before any shuffling.
      const double kept = static_cast<double>(pool.training) * (1.0 - program.fit.validation_split);
      const auto at = static_cast<std::int64_t>(std::floor(kept));
      return {row_range(0, at), row_range(at, pool.training)};
    }
    case EvaluationSource::kHeldOut:
      break;
  }
  return split_rows(training, strata_of(training, plan.strata), kHeldOutShare, kSplitSeed);
}

ValidationUse validation_use(const mapping::Program& program, const RowPool& pool) {
  if (pool.source == EvaluationSource::kValidationSplit) return ValidationUse::kSearchRows;
  if (!program.validation || program.validation->x.empty()) return ValidationUse::kNone;
  if (pool.source == EvaluationSource::kValidationData) return ValidationUse::kSearchRows;
  const bool same = pool.source == EvaluationSource::kEvaluate &&
                    program.validation->x.front().data.sha256 == pool.inputs.front().back().sha256;
  return same ? ValidationUse::kSearchRows : ValidationUse::kOwnArrays;
}

/// Nothing can be proven: train and measure as the program does.
void plan_without_split(const RowPool& pool, RowPlan& plan, const Split& division) {
  plan.too_few_rows = true;
  const bool own = pool.source != EvaluationSource::kHeldOut && !division.second.empty();
  plan.train = own ? division.first : row_range(0, pool.training);
  plan.search = plan.final = own ? division.second : plan.train;
}

}  // namespace

RowUse RowPlan::proof_use(int index) const {
  if (!resplit) return {train, final};
  Rows pool = train;
  pool.insert(pool.end(), final.begin(), final.end());
  std::sort(pool.begin(), pool.end());
  const double share = static_cast<double>(final_count()) / static_cast<double>(pool.size());
  const Split split = split_rows(pool, strata_of(pool, strata), share,
                                 kProofSeed + static_cast<std::uint64_t>(index));
  return {split.first, split.second};
}

std::int64_t RowPlan::final_count() const {
  const auto own = static_cast<std::int64_t>(final.size());
  if (!resplit) return own;
  const double pool = static_cast<double>(train.size() + final.size());
  return std::max(own, static_cast<std::int64_t>(std::lround(kHeldOutShare * pool)));
}

void RowPlan::shrink_training(double share) {
  const auto all = static_cast<double>(train.size());
  const double kept = std::clamp(share, std::min(1.0, kFewestShrunkRows / all), 1.0);
  if (kept < 1.0) train = split_rows(train, strata_of(train, strata), kept, kSplitSeed).second;
}

RowPlan make_row_plan(const mapping::Program& program, const RowPool& pool) {
  RowPlan plan;
  plan.source = pool.source;
  plan.strata = row_strata(pool);
  plan.validation = validation_use(program, pool);
  plan.drop_validation_split = pool.source == EvaluationSource::kValidationSplit;
  const Split division = divide(program, pool, plan);
  const auto evaluation = static_cast<std::int64_t>(division.second.size());
  const bool few = evaluation < kFewestEvaluationRows;
  if (pool.size() < kFewestRows || (few && !pool.joinable) || evaluation < 2) {
    plan_without_split(pool, plan, division);
    plan.notes.push_back(fmt::format("{} rows in all, {} to evaluate on: too few to prove anything",
                                     pool.size(), evaluation));
    return plan;
  }
  const Split halves =
      split_rows(division.second, strata_of(division.second, plan.strata), 0.5, kSplitSeed);
  plan.train = division.first;
  plan.search = halves.first;
  plan.final = halves.second;
  plan.resplit = few;
  if (few) {
    plan.notes.push_back(
        fmt::format("only {} rows to evaluate on: the proof draws training and "
                    "final rows anew for every seed",
                    evaluation));
  }
  if (pool.source == EvaluationSource::kHeldOut) {
    plan.notes.push_back(
        "the program evaluates on no rows of its own: a fifth of its training rows is held out");
  }
  return plan;
}

trainer::FitSpec planned_fit(const trainer::FitSpec& fit, const RowPlan& plan) {
  trainer::FitSpec planned = fit;
  if (plan.drop_validation_split) planned.validation_split = 0;
  return planned;
}

std::string describe_source(const mapping::Program& program, EvaluationSource source) {
  switch (source) {
    case EvaluationSource::kEvaluate:
      return "the rows of its evaluate()";
    case EvaluationSource::kValidationData:
      return "the rows of its validation_data";
    case EvaluationSource::kValidationSplit:
      return fmt::format("the last {:.0f} % of its rows (validation_split)",
                         100 * program.fit.validation_split);
    case EvaluationSource::kHeldOut:
      break;
  }
  return "a fifth of its training rows, held out";
}

}  // namespace dlfix::agent
