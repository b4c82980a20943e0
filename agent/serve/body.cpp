#include "agent/serve/body.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/serve/problem.h"

namespace dlfix::agent::serve {

using nlohmann::json;

void refuse_member(const std::string& name, const std::string& detail) {
  throw ProblemError({422, "invalid_request", name + ": " + detail, 0, {{"member", name}}});
}

Body::Body(const std::string& text, const std::vector<std::string>& known)
    : document_(json::object()) {
  if (!text.empty()) document_ = json::parse(text, nullptr, false);
  if (document_.is_discarded()) {
    throw ProblemError({400, "not_json", "the body is not JSON in UTF-8", 0, json::object()});
  }
  if (!document_.is_object()) {
    throw ProblemError({422, "invalid_request", "the body has to be an object", 0, json::object()});
  }
  for (const auto& [name, value] : document_.items()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    refuse_member(name.substr(0, 100),
                  fmt::format("is not known; known are {}", fmt::join(known, ", ")));
  }
}

std::optional<std::string> Body::text(const std::string& name, std::size_t most) const {
  const auto member = document_.find(name);
  if (member == document_.end() || member->is_null()) return std::nullopt;
  if (!member->is_string()) refuse_member(name, "has to be a text");
  auto value = member->get<std::string>();
  if (value.size() > most) refuse_member(name, fmt::format("may have {} bytes", most));
  return value;
}

std::optional<bool> Body::flag(const std::string& name) const {
  const auto member = document_.find(name);
  if (member == document_.end() || member->is_null()) return std::nullopt;
  if (!member->is_boolean()) refuse_member(name, "has to be true or false");
  return member->get<bool>();
}

std::optional<std::int64_t> Body::number(const std::string& name, std::int64_t least,
                                         std::int64_t most) const {
  const auto member = document_.find(name);
  if (member == document_.end() || member->is_null()) return std::nullopt;
  // JSON has one kind of number: 1.0 is the whole number 1.
  const double value = member->is_number() ? member->get<double>() : 0.5;
  const bool whole =
      value == static_cast<double>(static_cast<std::int64_t>(std::clamp(value, -9e15, 9e15)));
  if (!whole || value < static_cast<double>(least) || value > static_cast<double>(most)) {
    refuse_member(name, fmt::format("has to be a whole number from {} to {}", least, most));
  }
  return static_cast<std::int64_t>(value);
}

std::string Body::word(const std::string& name, const std::vector<std::string>& words,
                       const std::string& otherwise) const {
  const auto value = text(name, 100);
  if (!value) return otherwise;
  if (std::ranges::find(words, *value) == words.end()) {
    refuse_member(name, fmt::format("has to be one of {}", fmt::join(words, ", ")));
  }
  return *value;
}

std::vector<std::string> Body::texts(const std::string& name, std::size_t most_items,
                                     std::size_t most_bytes) const {
  const auto member = document_.find(name);
  if (member == document_.end() || member->is_null()) return {};
  const bool fits =
      member->is_array() && member->size() <= most_items &&
      std::ranges::all_of(*member, [&](const json& item) {
        return item.is_string() && item.get_ref<const std::string&>().size() <= most_bytes;
      });
  if (!fits) {
    refuse_member(name, fmt::format("has to be a list of at most {} texts", most_items));
  }
  return member->get<std::vector<std::string>>();
}

}  // namespace dlfix::agent::serve
