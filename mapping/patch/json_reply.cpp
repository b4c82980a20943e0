#include "mapping/patch/json_reply.h"

#include <algorithm>

#include "mapping/patch/lenient_json.h"

namespace dlfix::mapping {
namespace {

using Json = nlohmann::ordered_json;

std::string without_thoughts(std::string_view reply, std::vector<std::string>& leniencies) {
  std::string text(reply);
  constexpr std::string_view kOpen = "<think>";
  constexpr std::string_view kClose = "</think>";
  const auto close = text.rfind(kClose);
  if (close == std::string::npos) return text;
  const auto open = text.find(kOpen);
  leniencies.emplace_back("thoughts removed");
  const auto from = open == std::string::npos || open > close ? 0 : open;
  return text.erase(from, close + kClose.size() - from);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::size_t scalar_members(const Json& object) {
  return static_cast<std::size_t>(
      std::ranges::count_if(object, [](const Json& value) { return !value.is_structured(); }));
}

struct Candidate {
  LenientJson read;
  std::size_t start = 0;
};

/// Most objects that are looked at in one reply: bounds the time for text that is nothing but
/// braces.
constexpr int kMostObjects = 64;

}  // namespace

JsonReply read_json_reply(std::string_view reply) {
  JsonReply result;
  const std::string text = without_thoughts(reply, result.leniencies);
  std::optional<Candidate> best;
  std::optional<Candidate> failed;
  int objects = 0;
  for (std::size_t at = text.find('{'); at != std::string::npos && objects < kMostObjects;
       ++objects) {
    Candidate candidate{read_lenient_object(std::string_view(text).substr(at)), at};
    const std::size_t next = at + std::max<std::size_t>(candidate.read.end, 1);
    if (!candidate.read.value) {
      if (!failed) failed = std::move(candidate);
    } else if (!best ||
               scalar_members(*candidate.read.value) >= scalar_members(*best->read.value)) {
      best = std::move(candidate);
    }
    at = text.find('{', next);
  }
  if (!best) {
    result.problem = failed ? failed->read.problem : "no JSON object in the reply";
    result.truncated = failed && failed->read.truncated;
    return result;
  }
  const std::string_view view(text);
  const auto before = view.substr(0, best->start);
  const auto after = view.substr(best->start + best->read.end);
  if (before.find("```") != std::string_view::npos) {
    result.leniencies.emplace_back("code fence");
  } else if (!is_blank(before) || !is_blank(after)) {
    result.leniencies.emplace_back("prose around");
  }
  if (objects > 1) result.leniencies.emplace_back("several objects");
  result.leniencies.insert(result.leniencies.end(), best->read.leniencies.begin(),
                           best->read.leniencies.end());
  result.strict = Json::accept(reply) && result.leniencies.empty();
  result.object = std::move(best->read.value);
  return result;
}

}  // namespace dlfix::mapping
