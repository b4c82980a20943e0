#include "prompts/answer_schema.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace dlfix::prompts {
namespace {

using nlohmann::ordered_json;

ordered_json types_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kText:
      return {"string", "null"};
    case ValueKind::kNumber:
      return {"number", "null"};
    case ValueKind::kInteger:
      return {"integer", "null"};
    case ValueKind::kAny:
      break;
  }
  return {"string", "number", "boolean", "null"};
}

/// All properties required, no others: what strict structured output asks for.
ordered_json object_schema(const ordered_json& properties) {
  ordered_json names = ordered_json::array();
  for (const auto& item : properties.items()) names.push_back(item.key());
  return {{"type", "object"},
          {"properties", properties},
          {"required", names},
          {"additionalProperties", false}};
}

std::string number_or_nothing(const ordered_json& finding, const char* name) {
  const auto found = finding.find(name);
  if (found == finding.end() || !found->is_number_integer()) return "";
  return fmt::format("{} {}", name, found->get<long long>());
}

std::string text_of(const ordered_json& finding, const char* name) {
  const auto found = finding.find(name);
  return found != finding.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string one_line(std::string text) {
  for (char& letter : text)
    if (letter == '\n' || letter == '\r') letter = ' ';
  return text;
}

std::string list_entry(int number, const ordered_json& finding) {
  const std::string layer = number_or_nothing(finding, "layer");
  const std::string line = number_or_nothing(finding, "line");
  const std::string fix = text_of(finding, "fix");
  return fmt::format("{}. [{}{}{}] {}{}\n", number, layer.empty() ? "training" : layer,
                     line.empty() ? "" : ", ", line, one_line(text_of(finding, "fault")),
                     fix.empty() ? "" : " Fix: " + one_line(fix));
}

}  // namespace

std::string findings_schema() {
  const ordered_json whole{{"type", {"integer", "null"}}};
  const ordered_json text{{"type", "string"}};
  const ordered_json finding =
      object_schema({{"layer", whole}, {"line", whole}, {"fault", text}, {"fix", text}});
  const ordered_json list{{"type", "array"}, {"items", finding}};
  return object_schema({{"findings", list}}).dump();
}

std::string config_schema(const std::vector<AnswerKey>& keys) {
  ordered_json properties = ordered_json::object();
  for (const auto& key : keys) properties[key.name] = {{"type", types_of(key.kind)}};
  return object_schema(properties).dump();
}

std::string findings_as_list(std::string_view reply) {
  const auto json = ordered_json::parse(reply, nullptr, false);
  if (!json.is_object() || !json.contains("findings") || !json["findings"].is_array())
    return std::string(reply);
  std::string list;
  int number = 0;
  for (const auto& finding : json["findings"])
    if (finding.is_object()) list += list_entry(++number, finding);
  return number == 0 ? "No fault." : list;
}

std::string config_without_nulls(std::string_view reply) {
  auto json = ordered_json::parse(reply, nullptr, false);
  if (!json.is_object()) return std::string(reply);
  ordered_json kept = ordered_json::object();
  for (const auto& item : json.items())
    if (!item.value().is_null()) kept[item.key()] = item.value();
  return kept.size() == json.size() ? std::string(reply) : kept.dump();
}

}  // namespace dlfix::prompts
