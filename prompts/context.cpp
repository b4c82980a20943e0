#include "prompts/context.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "trainer/support/errors.h"

namespace dlfix::prompts {
namespace {

constexpr std::int64_t kBytesPerToken = 4;
constexpr std::int64_t kMostForTheAnswer = 4096;

const ContextLimit* longest_prefix(const std::vector<ContextLimit>& limits,
                                   std::string_view model) {
  const ContextLimit* best = nullptr;
  for (const auto& limit : limits)
    if (model.starts_with(limit.prefix) &&
        (best == nullptr || limit.prefix.size() > best->prefix.size()))
      best = &limit;
  return best;
}

}  // namespace

std::int64_t estimate_tokens(std::string_view text) {
  return (static_cast<std::int64_t>(text.size()) + kBytesPerToken - 1) / kBytesPerToken;
}

std::vector<ContextLimit> read_context_limits(const std::string& path) {
  std::ifstream in(path);
  if (!in)
    throw support::EnvironmentError(path + ": cannot read the models' context limits",
                                    "set DLFIX_HOME to the folder that holds prompts");
  std::vector<ContextLimit> limits;
  try {
    const auto document = nlohmann::json::parse(in);
    for (const auto& item : document.at("models").get<nlohmann::json::object_t>())
      limits.push_back({item.first, item.second.get<std::int64_t>()});
  } catch (const nlohmann::json::exception& error) {
    throw support::InputError(path + ": " + error.what(),
                              R"(it must be {"models": {"gpt-4": 8192, ...}})");
  }
  return limits;
}

std::optional<std::int64_t> context_limit(const std::vector<ContextLimit>& limits,
                                          std::string_view model) {
  while (true) {
    if (const auto* limit = longest_prefix(limits, model)) return limit->tokens;
    const auto slash = model.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    model.remove_prefix(slash + 1);
  }
}

std::int64_t prompt_room(std::int64_t limit) {
  return limit - std::min(kMostForTheAnswer, limit / 4);
}

}  // namespace dlfix::prompts
