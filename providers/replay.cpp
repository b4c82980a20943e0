#include "providers/replay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;
using support::InputError;

Recording parse_recording(const json& row) {
  Recording recording;
  recording.text = row.at("text").get<std::string>();
  recording.model = row.value("model", "");
  if (row.contains("temperature") && row["temperature"].is_number())
    recording.temperature = row["temperature"].get<double>();
  recording.subject = row.value("subject", row.value("fl_id", ""));
  recording.prompt_sha256 = row.value("prompt_sha256", "");
  recording.index = row.value("index", row.value("repetition", 0));
  recording.note = row.value("note", "");
  return recording;
}

std::string list(const std::set<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

class ReplayProvider : public Provider {
 public:
  ReplayProvider(ReplayOptions options, std::vector<Recording> rows)
      : options_(std::move(options)), rows_(std::move(rows)) {}

  std::string dialect() const override { return "replay"; }
  std::string base_url() const override {
    return options_.path + (options_.subject.empty() ? "" : ":" + options_.subject);
  }

  void complete(std::span<const ChatRequest> requests, const std::atomic<bool>* /*cancel*/,
                const ReplyHandler& on_reply) override {
    for (std::size_t index = 0; index < requests.size(); ++index)
      on_reply(index, answer(requests[index]));
  }

 private:
  Reply answer(const ChatRequest& request) const {
    const auto candidates = rows_for(request);
    for (const Recording* row : candidates) {
      if (row->index != request.repetition) continue;
      Reply reply;
      reply.text = row->text;
      reply.model = row->model;
      reply.attempts = 0;
      reply.outcome = row->text.empty() ? ReplyOutcome::kEmpty : ReplyOutcome::kOk;
      return reply;
    }
    Reply reply;
    reply.error = fmt::format("{}: no recorded reply number {}", base_url(), request.repetition);
    return reply;
  }

  std::vector<const Recording*> rows_for(const ChatRequest& request) const {
    std::string prompt;
    for (const auto& message : request.messages) prompt += message.content;
    const std::string hash = support::sha256(prompt);
    std::vector<const Recording*> found;
    std::set<std::string> settings;
    for (const auto& row : rows_) {
      if (!row.prompt_sha256.empty() && row.prompt_sha256 != hash) continue;
      settings.insert(setting_name(row));
      if (!request.model.empty() && !row.model.empty() && row.model != request.model) continue;
      if (request.temperature && row.temperature &&
          std::abs(*row.temperature - *request.temperature) > 1e-9)
        continue;
      found.push_back(&row);
    }
    if (!found.empty()) return found;
    if (settings.empty())
      throw InputError(options_.path + ": no recording of this prompt",
                       "recordings are matched by the prompt's text; was the program changed?");
    throw InputError(fmt::format("{}: no recording of model {} at temperature {}; there are: {}",
                                 base_url(), request.model.empty() ? "(any)" : request.model,
                                 request.temperature.value_or(0), list(settings)));
  }

  static std::string setting_name(const Recording& row) {
    return fmt::format("{} at {}", row.model.empty() ? "(model not named)" : row.model,
                       row.temperature.value_or(0));
  }

  ReplayOptions options_;
  std::vector<Recording> rows_;
};

/// Rows of the wanted subject. Ours (with a prompt hash) have no subject and pass.
std::vector<Recording> select_subject(std::vector<Recording> rows, const ReplayOptions& options) {
  std::set<std::string> subjects;
  for (const auto& row : rows)
    if (row.prompt_sha256.empty()) subjects.insert(row.subject);
  if (subjects.empty()) return rows;
  std::string wanted = options.subject;
  if (wanted.empty() && subjects.size() == 1) wanted = *subjects.begin();
  if (!subjects.contains(wanted))
    throw InputError(wanted.empty() ? fmt::format("{}: name one of its subjects: FILE:SUBJECT ({})",
                                                  options.path, list(subjects))
                                    : fmt::format("{}: no subject {}; there are: {}", options.path,
                                                  wanted, list(subjects)));
  std::erase_if(rows, [&](const Recording& row) {
    return row.prompt_sha256.empty() && row.subject != wanted;
  });
  return rows;
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

bool answers_another_text(const std::vector<Recording>& recordings) {
  return std::ranges::any_of(recordings, [](const auto& row) { return row.prompt_sha256.empty(); });
}

std::unique_ptr<Provider> make_replay_provider(const ReplayOptions& options) {
  return std::make_unique<ReplayProvider>(options,
                                          select_subject(read_recordings(options.path), options));
}

}  // namespace dlfix::providers
