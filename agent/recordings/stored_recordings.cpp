#include "agent/recordings/stored_recordings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>

#include "trainer/support/hash.h"
#include "trainer/support/json_int.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;
using providers::Recording;

constexpr std::array<std::string_view, 5> kAnswers = {"ok", "truncated", "refused", "empty",
                                                      "content_filter"};
constexpr std::size_t kShownHash = 12;
constexpr std::size_t kShortestSecret = 8;

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string prompt_of(const json& request) {
  std::string prompt;
  for (const auto& message : request.value("messages", json::array()))
    prompt += text_of(message, "content");
  return prompt;
}

/// "repair" of the template "repair_assist".
std::string task_of(const json& request) {
  if (const std::string task = text_of(request, "task"); !task.empty()) return task;
  const auto provenance = request.value("provenance", json::object());
  const std::string name = text_of(provenance, "template");
  return name.substr(0, name.find('_'));
}

void read_request(const json& request, Recording& recording) {
  recording.task = task_of(request);
  recording.base_url = text_of(request, "base_url");
  recording.subject = text_of(request, "subject");
  recording.note = text_of(request, "note");
  recording.index = support::saturated_int(request, "repetition", 0);
  if (request.contains("temperature")) recording.temperature = request["temperature"].get<double>();
  recording.prompt = prompt_of(request);
  recording.prompt_sha256 = text_of(request, "prompt_sha256");
  if (recording.prompt_sha256.empty() && !recording.prompt.empty())
    recording.prompt_sha256 = support::sha256(recording.prompt);
}

/// Key of a recording that does not say under which key it was stored.
std::string key_of(const Recording& recording) {
  if (!recording.key.empty()) return recording.key;
  const json parts = {
      "recording",       recording.task,
      recording.subject, recording.prompt_sha256,
      recording.model,   recording.temperature ? json(*recording.temperature) : json(nullptr),
      recording.index,   recording.note};
  return support::sha256(parts.dump(-1, ' ', true, json::error_handler_t::replace));
}

std::string origin_of(const Recording& recording) {
  if (!recording.note.empty()) return recording.note;
  if (recording.prompt_sha256.empty()) return "published";
  if (recording.provider.empty()) return "ours";
  return recording.provider + (recording.base_url.empty() ? "" : ", " + recording.base_url);
}

bool is_named_like_a_key(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  return std::ranges::any_of(
      std::array{"KEY", "TOKEN", "SECRET", "PASSWORD"},
      [&](const char* word) { return name.find(word) != std::string::npos; });
}

}  // namespace

std::optional<Recording> to_recording(const ReplyRecord& record) {
  const std::string outcome = text_of(record.response, "outcome");
  if (record.provider == "replay" || std::ranges::find(kAnswers, outcome) == kAnswers.end())
    return std::nullopt;
  Recording recording;
  read_request(record.request, recording);
  recording.key = record.key;
  recording.provider = record.provider == "published" ? "" : record.provider;
  recording.model = record.model;
  recording.outcome = outcome;
  const providers::Reply reply = providers::reply_from_json(record.response);
  recording.text = reply.text;
  recording.returned_model = reply.model;
  recording.usage = reply.usage;
  recording.seconds = reply.seconds;
  recording.attempts = reply.attempts;
  recording.temperature_applied = reply.temperature_applied;
  return recording;
}

ReplyRecord to_record(const Recording& recording) {
  ReplyRecord record;
  record.key = key_of(recording);
  record.provider = recording.provider.empty() ? "published" : recording.provider;
  record.model = recording.model;
  record.request = {{"model", recording.model}, {"repetition", recording.index}};
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) record.request[name] = text;
  };
  if (recording.temperature) record.request["temperature"] = *recording.temperature;
  add("task", recording.task);
  add("subject", recording.subject);
  add("note", recording.note);
  add("base_url", recording.base_url);
  add("dialect", recording.provider);
  add("prompt_sha256", recording.prompt_sha256);
  if (!recording.prompt.empty())
    record.request["messages"] = json::array({{{"role", "user"}, {"content", recording.prompt}}});
  record.response = {{"outcome", recording.outcome},
                     {"text", recording.text},
                     {"model", recording.returned_model},
                     {"prompt_tokens", recording.usage.prompt_tokens},
                     {"completion_tokens", recording.usage.completion_tokens},
                     {"usage_known", recording.usage.known},
                     {"seconds", recording.seconds},
                     {"attempts", recording.attempts},
                     {"temperature_applied", recording.temperature_applied}};
  return record;
}

bool RecordingFilter::matches(const Recording& recording) const {
  return (task.empty() || recording.task == task) && (model.empty() || recording.model == model) &&
         recording.prompt_sha256.starts_with(prompt);
}

std::vector<Recording> stored_recordings(const Store& store, const RecordingFilter& wanted) {
  std::vector<Recording> found;
  store.each_reply([&](const ReplyRecord& record) {
    auto recording = to_recording(record);
    if (recording && wanted.matches(*recording)) found.push_back(std::move(*recording));
  });
  return found;
}

ImportCounts import_recordings(Store& store, const std::vector<Recording>& recordings) {
  ImportCounts counts;
  for (const auto& recording : recordings) {
    const ReplyRecord record = to_record(recording);
    if (store.reply(record.key)) {
      ++counts.known;
      continue;
    }
    if (!recording.prompt.empty() && support::sha256(recording.prompt) == recording.prompt_sha256)
      store.put_prompt(recording.prompt_sha256, recording.prompt);
    store.put_reply(record);
    ++counts.added;
  }
  return counts;
}

std::vector<RecordingGroup> grouped(const std::vector<Recording>& recordings) {
  using Key = std::tuple<std::string, std::string, std::string, std::optional<double>, std::string>;
  std::map<Key, int> counts;
  for (const auto& recording : recordings) {
    const std::string subject = recording.subject.empty()
                                    ? recording.prompt_sha256.substr(0, kShownHash)
                                    : recording.subject;
    ++counts[{recording.task, subject, recording.model, recording.temperature,
              origin_of(recording)}];
  }
  std::vector<RecordingGroup> groups;
  for (const auto& [key, count] : counts) {
    const auto& [task, subject, model, temperature, origin] = key;
    groups.push_back({task, subject, model, temperature, origin, count});
  }
  return groups;
}

std::vector<std::string> environment_secrets() {
  std::vector<std::string> secrets;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals == std::string::npos || !is_named_like_a_key(text.substr(0, equals))) continue;
    if (const std::string value = text.substr(equals + 1); value.size() >= kShortestSecret)
      secrets.push_back(value);
  }
  return secrets;
}

}  // namespace dlfix::agent
