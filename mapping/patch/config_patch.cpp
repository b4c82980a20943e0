#include "mapping/patch/config_patch.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "mapping/patch/json_reply.h"
#include "mapping/patch/patch_values.h"
#include "mapping/program/values.h"
#include "trainer/support/nearest.h"

namespace dlfix::mapping {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::pair<PatchOutcome, std::string_view> kOutcomeNames[] = {
    {PatchOutcome::kOk, "ok"},
    {PatchOutcome::kOkWithRepairs, "ok_with_repairs"},
    {PatchOutcome::kNoJson, "no_json"},
    {PatchOutcome::kBadJson, "bad_json"},
    {PatchOutcome::kUnknownKey, "unknown_key"},
    {PatchOutcome::kUnknownValue, "unknown_value"},
    {PatchOutcome::kType, "type"},
    {PatchOutcome::kOutOfRange, "out_of_range"},
    {PatchOutcome::kNoChange, "no_change"},
    {PatchOutcome::kRefusal, "refusal"},
    {PatchOutcome::kTruncated, "truncated"},
};

/// Names that people use for the hyperparameters that every program has.
std::string_view key_alias(std::string_view key) {
  constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
      {"learning_rate", "lr"},     {"nb_epoch", "epochs"}, {"epoch", "epochs"},
      {"batchsize", "batch_size"}, {"opt", "optimizer"},   {"optimiser", "optimizer"}};
  for (const auto& [alias, name] : kAliases)
    if (alias == key) return name;
  return {};
}

/// Longest key that is worth a spelling check.
constexpr std::size_t kLongestKey = 40;

/// The hyperparameter that a key means, or nullptr. Says in `repairs` when it had to be read so.
const Hyperparameter* find_key(const std::string& key, const Json& object, const Program& program,
                               ConfigPatch& patch) {
  if (const auto* exact = program.find(key)) return exact;
  if (const auto alias = key_alias(key); !alias.empty() && !object.contains(std::string(alias))) {
    if (const auto* known = program.find(alias)) {
      patch.repairs.push_back(fmt::format("key {} read as {}", key, alias));
      return known;
    }
  }
  const Hyperparameter* near = nullptr;
  if (key.size() < 5 || key.size() > kLongestKey) return nullptr;  // act1 and act2 are neighbours
  for (const auto& candidate : program.hyperparameters) {
    if (support::edit_distance(key, candidate.name) > 2 || object.contains(candidate.name))
      continue;
    if (near != nullptr) return nullptr;
    near = &candidate;
  }
  if (near != nullptr) patch.repairs.push_back(fmt::format("key {} read as {}", key, near->name));
  return near;
}

/// The dictionary itself, out of {"config": {...}} when the model wrapped it.
const Json& unwrapped(const Json& object, ConfigPatch& patch) {
  if (object.size() != 1 || !object.begin()->is_object()) return object;
  patch.repairs.push_back("nested under " + object.begin().key());
  return *object.begin();
}

bool is_refusal(std::string_view reply) {
  constexpr std::string_view kPhrases[] = {"I'm sorry", "I am sorry", "I cannot",
                                           "I can't",   "As an AI",   "Sorry,"};
  return std::ranges::any_of(kPhrases, [&](auto phrase) {
    return reply.substr(0, 200).find(phrase) != std::string_view::npos;
  });
}

void read_members(const Json& object, const Program& program, ConfigPatch& patch) {
  for (const auto& [key, value] : object.items()) {
    const Hyperparameter* hyperparameter = find_key(key, object, program, patch);
    if (hyperparameter == nullptr) {
      patch.ignored.push_back(key);
      continue;
    }
    const PatchValue read = read_patch_value(program, *hyperparameter, value);
    if (!read.problem.empty()) {
      patch.outcome = read.outcome;
      patch.reason = fmt::format("{}: {}", hyperparameter->name, read.problem);
      return;
    }
    if (!read.repair.empty())
      patch.repairs.push_back(fmt::format("{}: {}", hyperparameter->name, read.repair));
    if (!is_own_value(program, *hyperparameter, read.value))
      patch.changes[hyperparameter->name] = read.value;
  }
}

PatchOutcome outcome_of_usable(const ConfigPatch& patch, bool any_known) {
  if (!any_known) return PatchOutcome::kUnknownKey;
  if (patch.changes.empty()) return PatchOutcome::kNoChange;
  return patch.repairs.empty() ? PatchOutcome::kOk : PatchOutcome::kOkWithRepairs;
}

}  // namespace

std::string_view to_string(PatchOutcome outcome) {
  for (const auto& [known, name] : kOutcomeNames)
    if (known == outcome) return name;
  return "no_json";
}

bool is_usable(PatchOutcome outcome) {
  return outcome == PatchOutcome::kOk || outcome == PatchOutcome::kOkWithRepairs ||
         outcome == PatchOutcome::kNoChange;
}

ConfigPatch read_config_patch(std::string_view reply, const Program& program) {
  ConfigPatch patch;
  const JsonReply json = read_json_reply(reply);
  patch.strict_json = json.strict;
  if (!json.object) {
    patch.reason = json.problem;
    if (json.truncated) {
      patch.outcome = PatchOutcome::kTruncated;
    } else if (reply.find('{') != std::string_view::npos) {
      patch.outcome = PatchOutcome::kBadJson;
    } else {
      patch.outcome = is_refusal(reply) ? PatchOutcome::kRefusal : PatchOutcome::kNoJson;
    }
    return patch;
  }
  for (const auto& leniency : json.leniencies)
    if (leniency != "code fence" && leniency != "prose around") patch.repairs.push_back(leniency);

  const Json& object = unwrapped(*json.object, patch);
  patch.outcome = PatchOutcome::kOk;
  read_members(object, program, patch);
  if (patch.outcome != PatchOutcome::kOk) {
    patch.changes.clear();
    return patch;
  }
  patch.outcome = outcome_of_usable(patch, patch.ignored.size() < object.size());
  if (patch.outcome == PatchOutcome::kUnknownKey)
    patch.reason = "none of its keys is a hyperparameter of the program";
  return patch;
}

}  // namespace dlfix::mapping
