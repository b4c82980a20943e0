#include "agent/workflows/training_pace.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "agent/workflows/slow_pace.h"

namespace dlfix::agent {
namespace {

constexpr std::int64_t kFirstSteps = 20;
constexpr double kLeastGrowth = 2, kMostGrowth = 10;
constexpr double kClearSeconds = 0.05;  ///< by which two probes must differ to tell them apart
constexpr double kLongSeconds = 1;      ///< of one training: no longer probe is worth its time
constexpr int kFused = 10;              ///< trainings in a batch, as searching and proving ask

/// A program's length in steps.
struct Length {
  std::int64_t batch, rows, epochs;
  std::int64_t steps_of(std::int64_t used) const { return (used + batch - 1) / batch; }
  std::int64_t epoch() const { return steps_of(rows); }
  std::int64_t whole() const { return epoch() * epochs; }
};

Length length_of(const Subject& subject) {
  return {std::max<std::int64_t>(1, subject.program.fit.batch_size),
          static_cast<std::int64_t>(subject.plan.train.size()),
          std::max<std::int64_t>(1, subject.program.fit.epochs)};
}

std::int64_t rows_for(const Length& length, std::int64_t steps) {
  return std::min(length.rows, steps * length.batch);
}

/// A training of about so many steps: fewer rows, or fewer epochs of all rows.
trainer::TrainingRequest short_request(const Subject& subject, std::int64_t steps, int seed) {
  const Length length = length_of(subject);
  RowUse use = subject.plan.search_use();
  const std::int64_t rows = rows_for(length, steps);
  use.train.resize(static_cast<std::size_t>(rows));
  auto request = subject.request({}, use, static_cast<std::uint64_t>(seed));
  request.fit.epochs = std::clamp<std::int64_t>(
      steps / std::max<std::int64_t>(1, length.steps_of(rows)), 1, length.epochs);
  return request;
}

/// So many steps of each of some trainings, and what one of them took.
struct Probe {
  std::int64_t steps = 0;
  double seconds = 0;
};

/// Nothing when interrupted.
std::optional<Probe> probe(Bench& bench, const Subject& subject, std::int64_t steps,
                           int trainings) {
  std::vector<trainer::TrainingRequest> requests;
  for (int seed = 0; seed < trainings; ++seed)
    requests.push_back(short_request(subject, steps, seed));
  const Length length = length_of(subject);
  Probe probe;
  probe.steps = length.steps_of(rows_for(length, steps)) * requests.front().fit.epochs;
  for (const auto& result : bench.train(requests)) {
    if (!result) return std::nullopt;
    refuse_untrainable(*result, subject.program);
    probe.seconds += result->seconds / trainings;
  }
  return probe;
}

/// A training of `steps` steps takes what the longer probe takes and, for every step more, what a
/// step more took between the two.
double extrapolated(const Probe& shorter, const Probe& longer, std::int64_t steps) {
  const double more = static_cast<double>(longer.steps - shorter.steps);
  const double each = more > 0 ? (longer.seconds - shorter.seconds) / more : 0;
  const double rest = static_cast<double>(steps - longer.steps);
  // Noise can make the longer one the quicker: then in proportion.
  return each > 0 ? longer.seconds + each * rest
                  : longer.seconds * static_cast<double>(steps) / static_cast<double>(longer.steps);
}

/// A longer probe that should still be a short one.
std::int64_t more_steps(const Probe& last, std::int64_t whole) {
  const double growth = std::clamp(kLongSeconds / last.seconds, kLeastGrowth, kMostGrowth);
  return std::min(whole, static_cast<std::int64_t>(growth * static_cast<double>(last.steps)));
}

/// What a whole training takes as one of so many.
struct Estimate {
  double seconds = 0;
  bool slow = false;  ///< the first few steps alone took long
};

/// Nothing when interrupted.
std::optional<Estimate> estimate(Bench& bench, const Subject& subject, int trainings) {
  const std::int64_t whole = length_of(subject).whole();
  const auto first = probe(bench, subject, std::min(kFirstSteps, whole), trainings);
  if (!first) return std::nullopt;
  Probe shorter = *first, longer = *first;
  bool clear = longer.steps >= whole;
  while (!clear) {
    const auto next = probe(bench, subject, more_steps(longer, whole), trainings);
    if (!next) return std::nullopt;
    shorter = longer;
    longer = *next;
    clear = longer.steps <= shorter.steps || longer.steps >= whole ||
            longer.seconds >= kLongSeconds || longer.seconds - shorter.seconds >= kClearSeconds;
  }
  return Estimate{extrapolated(shorter, longer, whole), first->seconds >= kLongSeconds};
}

}  // namespace

Pace measure_training_pace(const Subject& subject, Bench& bench, bool slow_start) {
  if (slow_start) {
    auto request = short_request(subject, kFirstSteps, 0);
    request.fit.epochs = subject.program.fit.epochs;
    const Length length = length_of(subject);
    const double ratio =
        static_cast<double>(length.rows) / static_cast<double>(rows_for(length, kFirstSteps));
    const double seconds = slow_training_seconds(bench, request, ratio, subject.program);
    return {seconds, seconds};
  }
  probe(bench, subject, 1, 1);  // the first training warms the trainer up
  const auto single = estimate(bench, subject, 1);
  if (!single) return {};
  if (single->slow) return {single->seconds, single->seconds};  // batches gain nothing
  const auto fused = estimate(bench, subject, kFused);
  return fused ? Pace{fused->seconds, single->seconds} : Pace{};
}

}  // namespace dlfix::agent
