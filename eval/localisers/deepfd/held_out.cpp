#include "eval/localisers/deepfd/held_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "eval/statistics/random_stream.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;

constexpr int kOffsetFolds = 3;
constexpr int kOffsetSteps = 18;  // 0, 0.5, ..., 8.5

using RunFolds = std::vector<std::vector<int>>;  // [version][run]

std::vector<std::string> names_of(const DeepFdTable& table, std::string DeepFdVersion::*name) {
  std::vector<std::string> names;
  for (const DeepFdVersion& version : table.versions) names.push_back(version.*name);
  return names;
}

std::vector<std::string> strata_of(const DeepFdTable& table) {
  std::vector<std::string> strata;
  for (const DeepFdVersion& version : table.versions) {
    std::string text;
    for (const int bit : version.faults) text += bit == 1 ? '1' : '0';
    strata.push_back(text);
  }
  return strata;
}

FoldOfItem version_folds(const DeepFdTable& table, HoldOut hold_out,
                         const HeldOutOptions& options) {
  if (hold_out == HoldOut::kWithinPrograms) {
    return folds_within_groups(names_of(table, &DeepFdVersion::program), strata_of(table),
                               options.folds, options.seed);
  }
  const bool programs = hold_out == HoldOut::kPrograms;
  const auto groups = names_of(table, programs ? &DeepFdVersion::program : &DeepFdVersion::dataset);
  if (std::ranges::count(groups, "") > 0) throw InputError("a version's data set is not known");
  return group_folds(groups, options.folds);
}

RunFolds run_folds(const DeepFdTable& table, HoldOut hold_out, const HeldOutOptions& options) {
  RunFolds folds;
  if (hold_out != HoldOut::kRows) {
    const FoldOfItem of_version = version_folds(table, hold_out, options);
    for (std::size_t v = 0; v < table.versions.size(); ++v) {
      folds.emplace_back(table.versions[v].runs.size(), of_version[v]);
    }
    return folds;
  }
  const FoldOfItem of_run = random_folds(all_runs(table).size(), options.folds, options.seed);
  std::size_t next = 0;
  for (const DeepFdVersion& version : table.versions) {
    folds.emplace_back();
    for (std::size_t run = 0; run < version.runs.size(); ++run)
      folds.back().push_back(of_run[next++]);
  }
  return folds;
}

// Versions that have runs to learn from in a fold, at most so many.
std::vector<std::size_t> training_versions(const RunFolds& folds, int fold, std::size_t at_most,
                                           std::uint64_t seed) {
  std::vector<std::size_t> versions;
  for (std::size_t v = 0; v < folds.size(); ++v) {
    if (std::ranges::any_of(folds[v], [&](int f) { return f != fold; })) versions.push_back(v);
  }
  if (at_most == 0 || versions.size() <= at_most) return versions;
  RandomStream random(seed, static_cast<std::uint64_t>(fold));
  shuffle(versions, random);
  versions.resize(at_most);
  std::ranges::sort(versions);
  return versions;
}

std::vector<RunPlace> training_runs(const RunFolds& folds, int fold,
                                    const std::vector<std::size_t>& versions) {
  std::vector<RunPlace> places;
  for (const std::size_t v : versions) {
    for (std::size_t run = 0; run < folds[v].size(); ++run) {
      if (folds[v][run] != fold) places.push_back({v, run});
    }
  }
  return places;
}

void add_votes(const RunVotes& more, RunVotes& votes) {
  if (votes.positives.empty()) votes.positives.resize(more.positives.size(), FaultBits{});
  for (std::size_t c = 0; c < more.positives.size(); ++c) {
    for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
      votes.positives[c][label] += more.positives[c][label];
    }
  }
  votes.runs += more.runs;
}

std::vector<int> fold_numbers(const RunFolds& folds) {
  std::set<int> numbers;
  for (const auto& runs : folds) numbers.insert(runs.begin(), runs.end());
  return {numbers.begin(), numbers.end()};
}

LabelRow row_of(const FaultBits& faults) { return {faults.begin(), faults.end()}; }

bool any_fault(const FaultBits& faults) {
  return std::ranges::any_of(faults, [](int bit) { return bit == 1; });
}

HeldOutResult judged(const DeepFdTable& table, std::vector<FaultBits> predicted,
                     std::uint64_t seed) {
  HeldOutResult result;
  std::vector<LabelRow> truth;
  std::vector<LabelRow> said;
  std::vector<int> groups;
  std::vector<int> has_fault;
  std::vector<int> says_fault;
  std::map<std::string, int> programs;
  for (std::size_t v = 0; v < table.versions.size(); ++v) {
    const DeepFdVersion& version = table.versions[v];
    truth.push_back(row_of(version.faults));
    said.push_back(row_of(predicted[v]));
    groups.push_back(
        programs.try_emplace(version.program, static_cast<int>(programs.size())).first->second);
    has_fault.push_back(any_fault(version.faults) ? 1 : 0);
    says_fault.push_back(any_fault(predicted[v]) ? 1 : 0);
    result.mean_reported += std::accumulate(predicted[v].begin(), predicted[v].end(), 0.0);
  }
  result.mean_reported /= static_cast<double>(table.versions.size());
  result.accuracies = output_accuracies(truth, said);
  result.macro_interval = macro_accuracy_interval(truth, said, groups, {.seed = seed});
  result.detection = balanced_accuracy(has_fault, says_fault);
  result.predicted = std::move(predicted);
  return result;
}

// The offset in the middle of those with the largest balanced accuracy; nullopt: one class only.
std::optional<double> best_offset(const std::vector<RunVotes>& votes,
                                  const std::vector<FaultBits>& truth, std::size_t label) {
  std::vector<int> has;
  for (const FaultBits& faults : truth) has.push_back(faults[label]);
  if (std::ranges::count(has, 1) == 0 || std::ranges::count(has, 0) == 0) return std::nullopt;
  std::vector<double> best;
  double best_accuracy = -1;
  for (int step = 0; step < kOffsetSteps; ++step) {
    VoteOffsets offsets{};
    offsets[label] = step / 2.0;
    std::vector<int> said;
    for (const RunVotes& vote : votes) said.push_back(voted_faults(vote, offsets)[label]);
    const double accuracy = balanced_accuracy(has, said);
    if (accuracy > best_accuracy) best.clear();
    best_accuracy = std::max(best_accuracy, accuracy);
    if (accuracy == best_accuracy) best.push_back(offsets[label]);
  }
  return best[best.size() / 2];
}

}  // namespace

VoteOffsets learn_offsets(const DeepFdTable& table, const std::vector<std::size_t>& versions,
                          const DeepFdOptions& options) {
  std::vector<std::string> programs;
  for (const std::size_t v : versions) programs.push_back(table.versions[v].program);
  if (std::set<std::string>(programs.begin(), programs.end()).size() < 2) return options.offsets;
  const FoldOfItem folds = group_folds(programs, kOffsetFolds);
  std::vector<RunVotes> votes;
  std::vector<FaultBits> truth;
  for (int fold = 0; fold <= std::ranges::max(folds); ++fold) {
    std::vector<RunPlace> places;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const std::size_t count = folds[i] == fold ? 0 : table.versions[versions[i]].runs.size();
      for (std::size_t run = 0; run < count; ++run) places.push_back({versions[i], run});
    }
    const DeepFdModel model = DeepFdModel::fit(table, places, options);
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (folds[i] != fold) continue;
      votes.push_back(model.votes(table.versions[versions[i]].runs));
      truth.push_back(table.versions[versions[i]].faults);
    }
  }
  VoteOffsets offsets = options.offsets;
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    offsets[label] = best_offset(votes, truth, label).value_or(offsets[label]);
  }
  return offsets;
}

HeldOutResult judge_held_out(const DeepFdTable& table, HoldOut hold_out,
                             const HeldOutOptions& options) {
  check_table(table);
  if (hold_out == HoldOut::kRows && options.offsets == OffsetRule::kLearned) {
    throw InputError("offsets cannot be learnt where the runs of a version are in several folds");
  }
  const RunFolds folds = run_folds(table, hold_out, options);
  std::vector<RunVotes> votes(table.versions.size());
  std::vector<VoteOffsets> offsets(table.versions.size(), options.model.offsets);
  std::size_t least = table.versions.size();
  for (const int fold : fold_numbers(folds)) {
    const auto versions = training_versions(folds, fold, options.training_versions, options.seed);
    least = std::min(least, versions.size());
    const auto model = DeepFdModel::fit(table, training_runs(folds, fold, versions), options.model);
    const VoteOffsets learned = options.offsets == OffsetRule::kLearned
                                    ? learn_offsets(table, versions, options.model)
                                    : options.model.offsets;
    for (std::size_t v = 0; v < folds.size(); ++v) {
      std::vector<FeatureRow> held;
      for (std::size_t run = 0; run < folds[v].size(); ++run) {
        if (folds[v][run] == fold) held.push_back(table.versions[v].runs[run]);
      }
      if (held.empty()) continue;
      add_votes(model.votes(held), votes[v]);
      offsets[v] = learned;
    }
  }
  std::vector<FaultBits> predicted;
  for (std::size_t v = 0; v < votes.size(); ++v) {
    predicted.push_back(voted_faults(votes[v], offsets[v]));
  }
  HeldOutResult result = judged(table, std::move(predicted), options.seed);
  result.least_training_versions = least;
  return result;
}

OutputAccuracies constant_answer(const DeepFdTable& table, const FaultBits& said) {
  std::vector<LabelRow> truth;
  for (const DeepFdVersion& version : table.versions) truth.push_back(row_of(version.faults));
  return output_accuracies(truth, std::vector<LabelRow>(truth.size(), row_of(said)));
}

}  // namespace dlfix::eval
