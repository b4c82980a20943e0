#include "providers/replay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::providers {
namespace {

using support::InputError;

constexpr const char* kUsualModel = "gpt-4";
constexpr double kSameTemperature = 1e-9;

std::string list(const std::set<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string setting_name(const Recording& row) {
  return fmt::format("{} at {}", row.model.empty() ? "(model not named)" : row.model,
                     row.temperature.value_or(0));
}

std::string prompt_hash(const ChatRequest& request) {
  std::string prompt;
  for (const auto& message : request.messages) prompt += message.content;
  return support::sha256(prompt);
}

Reply to_reply(const Recording& row) {
  Reply reply =
      reply_from_json({{"outcome", row.outcome},
                       {"text", row.text},
                       {"model", row.returned_model.empty() ? row.model : row.returned_model},
                       {"temperature_applied", row.temperature_applied}});
  reply.usage = row.usage;
  return reply;
}

class ReplayProvider : public Provider {
 public:
  ReplayProvider(ReplayOptions options, std::vector<Recording> rows)
      : options_(std::move(options)), rows_(std::move(rows)) {}

  std::string dialect() const override { return "replay"; }
  std::string base_url() const override {
    return options_.path + (options_.subject.empty() ? "" : ":" + options_.subject);
  }

  void complete(std::span<const ChatRequest> requests, const std::atomic<bool>* cancel,
                const ReplyHandler& on_reply) override {
    for (std::size_t index = 0; index < requests.size(); ++index) {
      if (cancel != nullptr && *cancel) return;
      on_reply(index, answer(requests[index]));
    }
  }

 private:
  Reply answer(const ChatRequest& request) const {
    for (const Recording* row : rows_for(request))
      if (row->index == request.repetition) return to_reply(*row);
    Reply reply;
    reply.error = fmt::format("{}: no recorded reply number {}", base_url(), request.repetition);
    return reply;
  }

  /// Rows that answered this very prompt; where there are none, those of the subject.
  std::vector<const Recording*> rows_for_prompt(const ChatRequest& request) const {
    const std::string hash = prompt_hash(request);
    std::vector<const Recording*> same, subject;
    for (const auto& row : rows_) {
      if (row.prompt_sha256 == hash) same.push_back(&row);
      if (row.prompt_sha256.empty()) subject.push_back(&row);
    }
    if (same.empty() && subject.empty())
      throw InputError(options_.path + ": no recording of this prompt",
                       "recordings are matched by the prompt's text; was the program changed, or "
                       "another --mode or --prompt-variant recorded?");
    return same.empty() ? subject : same;
  }

  std::vector<const Recording*> rows_for(const ChatRequest& request) const {
    auto found = rows_for_prompt(request);
    std::set<std::string> settings;
    for (const Recording* row : found) settings.insert(setting_name(*row));
    const std::string model = request.model.empty() ? model_of(found) : request.model;
    std::erase_if(found, [&](const Recording* row) {
      const bool other_model = !row->model.empty() && row->model != model;
      return other_model || (request.temperature && row->temperature &&
                             std::abs(*row->temperature - *request.temperature) > kSameTemperature);
    });
    if (!found.empty()) return found;
    throw InputError(fmt::format("{}: no recording of model {} at temperature {}; there are: {}",
                                 base_url(), model.empty() ? "(any)" : model,
                                 request.temperature.value_or(0), list(settings)));
  }

  static std::string model_of(const std::vector<const Recording*>& rows) {
    std::set<std::string> models;
    for (const Recording* row : rows)
      if (!row->model.empty()) models.insert(row->model);
    if (models.empty()) return "";
    return models.size() == 1 ? *models.begin() : kUsualModel;
  }

  ReplayOptions options_;
  std::vector<Recording> rows_;
};

/// Without the other task's replies; ours, which are looked up by their prompt, stay.
std::vector<Recording> select_task(std::vector<Recording> rows, const ReplayOptions& options) {
  if (options.task.empty()) return rows;
  std::erase_if(rows, [&](const Recording& row) {
    return row.prompt_sha256.empty() && !row.task.empty() && row.task != options.task;
  });
  if (rows.empty())
    throw InputError(
        fmt::format("{}: holds no reply to the question of `{}`", options.path, options.task),
        "replies to repair prompts serve `repair`, replies to localisation prompts "
        "`localise`");
  return rows;
}

/// Rows of the wanted subject. Ours (with a prompt hash) have no subject and pass.
std::vector<Recording> select_subject(std::vector<Recording> rows, const ReplayOptions& options) {
  std::set<std::string> subjects;
  for (const auto& row : rows)
    if (row.prompt_sha256.empty()) subjects.insert(row.subject);
  if (subjects.empty()) return rows;
  std::string wanted = options.subject;
  if (wanted.empty() && subjects.size() == 1) wanted = *subjects.begin();
  const bool ours_too = wanted.empty() && std::ranges::any_of(rows, [](const Recording& row) {
                          return !row.prompt_sha256.empty();
                        });
  if (!subjects.contains(wanted) && !ours_too)
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

std::unique_ptr<Provider> make_replay_provider(const ReplayOptions& options) {
  auto rows = select_task(read_recordings(options.path), options);
  return std::make_unique<ReplayProvider>(options, select_subject(std::move(rows), options));
}

}  // namespace dlfix::providers
