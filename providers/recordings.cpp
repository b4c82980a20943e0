#include "providers/recordings.h"

#include <fmt/format.h>
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "trainer/support/errors.h"
#include "trainer/support/json_int.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using support::InputError;
using support::saturated_int;

/// The published localisation replies name neither: all were drawn from this model at this
/// temperature (the study's script).
constexpr const char* kPublishedLocaliser = "gpt-4";
constexpr double kPublishedTemperature = 0;

/// A text member that may be absent or null.
std::string text_of(const json& row, const char* name) {
  const auto found = row.find(name);
  return found == row.end() || found->is_null() ? "" : found->get<std::string>();
}

void read_published_localisation(const json& row, Recording& recording) {
  recording.task = "localise";
  recording.subject = row.at("fl_id").get<std::string>();
  if (recording.model.empty()) recording.model = kPublishedLocaliser;
  if (!recording.temperature) recording.temperature = kPublishedTemperature;
}

void read_usage(const json& row, Usage& usage) {
  const auto found = row.find("usage");
  if (found == row.end() || !found->is_object()) return;
  usage.prompt_tokens = found->value("prompt_tokens", std::int64_t{0});
  usage.completion_tokens = found->value("completion_tokens", std::int64_t{0});
  usage.known = true;
}

Recording parse_recording(const json& row) {
  Recording recording;
  recording.text = row.at("text").get<std::string>();
  recording.task = text_of(row, "task");
  recording.model = text_of(row, "model");
  if (row.contains("temperature") && row["temperature"].is_number())
    recording.temperature = row["temperature"].get<double>();
  recording.subject = text_of(row, "subject");
  recording.prompt_sha256 = text_of(row, "prompt_sha256");
  recording.index = saturated_int(row, "index", saturated_int(row, "repetition", 0));
  recording.note = text_of(row, "note");
  recording.key = text_of(row, "key");
  recording.provider = text_of(row, "provider");
  recording.base_url = text_of(row, "base_url");
  recording.prompt = text_of(row, "prompt");
  recording.outcome = row.value("outcome", recording.text.empty() ? "empty" : "ok");
  recording.returned_model = text_of(row, "returned_model");
  read_usage(row, recording.usage);
  recording.seconds = row.value("seconds", 0.0);
  recording.attempts = saturated_int(row, "attempts", 0);
  recording.temperature_applied = row.value("temperature_applied", true);
  if (row.contains("fl_id")) read_published_localisation(row, recording);
  if (recording.task.empty() && !recording.subject.empty()) recording.task = "repair";
  return recording;
}

ordered_json to_row(const Recording& recording) {
  ordered_json row{{"format", "dlfix-recording"}, {"version", 1}};
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) row[name] = text;
  };
  add("note", recording.note);
  add("task", recording.task);
  add("provider", recording.provider);
  add("base_url", recording.base_url);
  add("model", recording.model);
  add("returned_model", recording.returned_model);
  if (recording.temperature) row["temperature"] = *recording.temperature;
  add("subject", recording.subject);
  row["index"] = recording.index;
  add("key", recording.key);
  add("prompt_sha256", recording.prompt_sha256);
  add("prompt", recording.prompt);
  row["outcome"] = recording.outcome;
  row["text"] = recording.text;
  if (recording.usage.known)
    row["usage"] = {{"prompt_tokens", recording.usage.prompt_tokens},
                    {"completion_tokens", recording.usage.completion_tokens}};
  if (recording.seconds > 0) row["seconds"] = recording.seconds;
  if (recording.attempts > 0) row["attempts"] = recording.attempts;
  if (!recording.temperature_applied) row["temperature_applied"] = false;
  return row;
}

std::string plain_url(std::string url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const auto authority = scheme + 3;
  const auto path = std::min(url.find_first_of("/?#", authority), url.size());
  const auto at = url.rfind('@', path == 0 ? 0 : path - 1);
  std::string kept = url.substr(0, std::min(url.find_first_of("?#"), url.size()));
  if (at != std::string::npos && at >= authority) kept.erase(authority, at + 1 - authority);
  return kept;
}

/// Beginnings of keys: OpenAI, Anthropic and their kin, Google, GitHub, Hugging Face, Slack, AWS,
/// Groq, xAI; bearer tokens of any kind.
constexpr std::string_view kKeyBeginnings[] = {"sk-",  "AIza",        "ghp_", "gho_",    "ghu_",
                                               "ghs_", "github_pat_", "hf_",  "xoxb-",   "xoxp-",
                                               "AKIA", "gsk_",        "xai-", "Bearer ", "bearer "};
constexpr std::size_t kShortestKey = 16;  ///< behind its beginning
constexpr std::size_t kShortestSecret = 4;
constexpr std::string_view kRemoved = "[secret removed]";

bool is_key_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_' ||
         letter == '.';
}

/// Where the key that begins at `at` ends; `at` when none does.
std::size_t end_of_key(const std::string& text, std::size_t at, std::string_view beginning) {
  if (text.compare(at, beginning.size(), beginning) != 0) return at;
  if (at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0) return at;
  std::size_t end = at + beginning.size();
  while (end < text.size() && is_key_letter(text[end])) ++end;
  return end - at - beginning.size() >= kShortestKey ? end : at;
}

std::string without_keys(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    for (const auto beginning : kKeyBeginnings)
      end = std::max(end, end_of_key(text, at, beginning));
    if (end > at) {
      out += kRemoved;
      at = end;
    } else {
      out += text[at++];
    }
  }
  return out;
}

void clean(std::string& text, const std::vector<std::string>& secrets) {
  text = without_secrets(std::move(text), secrets);
}

}  // namespace

std::vector<Recording> read_recordings(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw support::EnvironmentError(path + ": cannot read the recordings");
  std::vector<Recording> rows;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty()) continue;
    const json row = json::parse(line, nullptr, false);
    if (!row.is_object() || !row.contains("text") || !row["text"].is_string())
      throw InputError(
          fmt::format("{}:{}: not a recorded reply (a JSON object with \"text\")", path, number));
    try {
      rows.push_back(parse_recording(row));
    } catch (const json::exception& error) {
      throw InputError(fmt::format("{}:{}: {}", path, number, error.what()));
    }
  }
  if (rows.empty()) throw InputError(path + ": holds no recorded reply");
  return rows;
}

std::string recording_line(const Recording& recording, const std::vector<std::string>& secrets) {
  Recording row = recording;
  row.base_url = plain_url(row.base_url);
  for (std::string* text : {&row.text, &row.prompt, &row.base_url, &row.model, &row.returned_model,
                            &row.subject, &row.note, &row.provider})
    clean(*text, secrets);
  return to_row(row).dump(-1, ' ', false, json::error_handler_t::replace);
}

bool answers_another_text(const std::vector<Recording>& recordings) {
  return std::ranges::any_of(
      recordings, [](const auto& row) { return row.prompt_sha256.empty() && row.note.empty(); });
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    for (auto at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + kRemoved.size()))
      text.replace(at, secret.size(), kRemoved);
  }
  return without_keys(text);
}

}  // namespace dlfix::providers
