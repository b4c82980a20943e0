#include "eval/localisers/deepfd/training_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "eval/learning/model_document.h"
#include "eval/statistics/random_stream.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using support::InputError;

constexpr int kNoFault = -1, kSeveralFaults = -2;

// The only fault of a version, or one of the above.
int only_fault(const FaultBits& faults) {
  const int count = std::accumulate(faults.begin(), faults.end(), 0);
  if (count == 0) return kNoFault;
  if (count > 1) return kSeveralFaults;
  return static_cast<int>(std::ranges::find(faults, 1) - faults.begin());
}

std::size_t group_size(const std::map<int, std::vector<RunPlace>>& by_fault, std::size_t least) {
  std::size_t rarest = std::numeric_limits<std::size_t>::max();
  for (int fault = 0; fault < static_cast<int>(kDeepFdLabels); ++fault) {
    const auto found = by_fault.find(fault);
    rarest = std::min(rarest, found == by_fault.end() ? 0 : found->second.size());
  }
  return std::max(rarest, least);
}

std::vector<RunPlace> balanced(const DeepFdTable& table, const std::vector<RunPlace>& places,
                               std::size_t least, std::uint64_t seed) {
  std::map<int, std::vector<RunPlace>> by_fault;
  for (const RunPlace& place : places) {
    by_fault[only_fault(table.versions[place.version].faults)].push_back(place);
  }
  const std::size_t size = group_size(by_fault, least);
  std::vector<RunPlace> result;
  RandomStream random(seed);
  for (auto& [fault, group] : by_fault) {
    if (fault != kSeveralFaults && group.size() > size) {
      shuffle(group, random);
      group.resize(size);
    }
    result.insert(result.end(), group.begin(), group.end());
  }
  std::ranges::sort(result);
  return result;
}

}  // namespace

void check_table(const DeepFdTable& table) {
  if (table.features.empty()) throw InputError("the table has no features");
  if (table.versions.empty()) throw InputError("the table has no versions");
  for (const DeepFdVersion& version : table.versions) {
    const std::string name = version.program + "/" + version.version;
    if (version.program.empty() || version.version.empty()) {
      throw InputError(fmt::format("'{}': a version needs a program and a name", name));
    }
    if (version.runs.empty()) throw InputError(name + " has no runs");
    const bool bits =
        std::ranges::all_of(version.faults, [](int bit) { return bit == 0 || bit == 1; });
    if (!bits) throw InputError(name + ": a fault is there or not, 1 or 0");
    for (std::size_t run = 0; run < version.runs.size(); ++run) {
      check_features(version.runs[run], table.features.size(),
                     fmt::format("{}, run {}", name, run));
    }
  }
}

FaultBits killed_faults(const FaultBits& seeded, std::span<const double> original,
                        std::span<const double> mutant, MetricDirection direction,
                        const KillingCriterion& criterion) {
  const bool killed = killing_test(original, mutant, direction, criterion).killed;
  return killed ? seeded : FaultBits{};
}

std::vector<RunPlace> all_runs(const DeepFdTable& table) {
  std::vector<RunPlace> places;
  for (std::size_t version = 0; version < table.versions.size(); ++version) {
    for (std::size_t run = 0; run < table.versions[version].runs.size(); ++run) {
      places.push_back({version, run});
    }
  }
  return places;
}

std::vector<RunPlace> selected_runs(const DeepFdTable& table, const std::vector<RunPlace>& places,
                                    const SelectionOptions& options) {
  std::vector<RunPlace> result = places;
  if (options.largest_impact) {
    std::erase_if(result, [&](const RunPlace& place) {
      return table.versions[place.version].impact > *options.largest_impact;
    });
  }
  if (options.balance_to) result = balanced(table, result, *options.balance_to, options.seed);
  return result;
}

json to_json(const DeepFdTable& table) {
  json document = model_document("deepfd_table");
  document["features"] = table.features;
  document["versions"] = json::array();
  for (const DeepFdVersion& version : table.versions) {
    document["versions"].push_back({{"program", version.program},
                                    {"version", version.version},
                                    {"dataset", version.dataset},
                                    {"faults", version.faults},
                                    {"survived", version.survived},
                                    {"impact", version.impact},
                                    {"runs", version.runs}});
  }
  return document;
}

DeepFdTable table_from_json(const json& document) {
  check_model_document(document, "deepfd_table");
  DeepFdTable table;
  table.features = model_value<std::vector<std::string>>(document, "features");
  try {
    for (const json& entry : model_field(document, "versions")) {
      DeepFdVersion version;
      version.program = entry.at("program").get<std::string>();
      version.version = entry.at("version").get<std::string>();
      version.dataset = entry.at("dataset").get<std::string>();
      const auto faults = entry.at("faults").get<std::vector<int>>();
      if (faults.size() != kDeepFdLabels) refuse_model(document, "a version has not five labels");
      std::ranges::copy(faults, version.faults.begin());
      version.survived = entry.at("survived").get<bool>();
      version.impact = entry.at("impact").get<double>();
      version.runs = entry.at("runs").get<std::vector<FeatureRow>>();
      table.versions.push_back(std::move(version));
    }
  } catch (const json::exception& error) {
    refuse_model(document, error.what());
  }
  check_table(table);
  return table;
}

}  // namespace dlfix::eval
