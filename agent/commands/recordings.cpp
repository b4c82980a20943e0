// `dlfix-agent recordings list|export|import`
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/output/terminal.h"
#include "agent/recordings/stored_recordings.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using providers::Recording;

struct RecordingsOptions {
  std::string store;
  std::vector<std::string> files;
  std::string output;
  RecordingFilter filter;
};

std::vector<Recording> read_files(const std::vector<std::string>& files,
                                  const RecordingFilter& filter) {
  std::vector<Recording> all;
  for (const auto& file : files) {
    if (!std::filesystem::is_regular_file(file))
      throw support::InputError(file + ": there is no such file",
                                "name a file of recorded replies, one JSON object a line");
    for (auto& recording : providers::read_recordings(file))
      if (filter.matches(recording)) all.push_back(std::move(recording));
  }
  return all;
}

std::vector<Recording> read_store(const RecordingsOptions& options) {
  if (!std::filesystem::exists(options.store))
    throw support::InputError(options.store + ": there is no run store yet",
                              "a run that asks a model makes one; --store names another file");
  return stored_recordings(Store(options.store, Store::Mode::kReadOnly), options.filter);
}

std::string temperature_words(const std::optional<double>& temperature) {
  return temperature ? fmt::format("{}", *temperature) : "-";
}

nlohmann::json to_document(const RecordingGroup& group) {
  return {{"task", group.task},
          {"subject", group.subject},
          {"model", group.model},
          {"temperature", group.temperature ? nlohmann::json(*group.temperature) : nullptr},
          {"origin", group.origin},
          {"replies", group.count}};
}

int list(const RecordingsOptions& options, const CommandContext& context) {
  const auto groups = grouped(options.files.empty() ? read_store(options)
                                                    : read_files(options.files, options.filter));
  if (context.json) {
    nlohmann::json documents = nlohmann::json::array();
    for (const auto& group : groups) documents.push_back(to_document(group));
    print_json({{"recordings", documents}});
    return kExitSuccess;
  }
  std::vector<std::vector<std::string>> rows = {
      {"task", "subject or prompt", "model", "temperature", "replies", "origin"}};
  for (const auto& group : groups)
    rows.push_back({group.task.empty() ? "-" : group.task, group.subject, group.model,
                    temperature_words(group.temperature), std::to_string(group.count),
                    group.origin});
  std::cout << table(rows, "");
  return kExitSuccess;
}

/// Writes beside the file and then in its place, so that an interrupted export leaves no half one.
void write_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(part, path, error);
  if (!out || error)
    throw support::EnvironmentError(path + ": cannot be written", "name a file elsewhere");
}

/// The recordings as lines, to --output or to standard output.
int write(const std::vector<Recording>& recordings, const RecordingsOptions& options,
          const CommandContext& context) {
  const auto secrets = environment_secrets();
  std::string text;
  for (const auto& recording : recordings) text += recording_line(recording, secrets) + "\n";
  if (options.output.empty()) {
    std::cout << text << std::flush;
    return kExitSuccess;
  }
  write_file(options.output, text);
  if (context.json) {
    print_json({{"file", options.output}, {"replies", recordings.size()}});
  } else {
    fmt::print("{} replies written to {}\n", recordings.size(), options.output);
  }
  return kExitSuccess;
}

int export_recordings(const RecordingsOptions& options, const CommandContext& context) {
  if (context.json && options.output.empty())
    throw support::InputError("recordings export --json: writes no recordings itself",
                              "name their file with --output, or leave --json out");
  return write(read_store(options), options, context);
}

int import_files(const RecordingsOptions& options, const CommandContext& context) {
  const auto recordings = read_files(options.files, options.filter);
  if (!options.output.empty()) return write(recordings, options, context);
  Store store(options.store);
  const ImportCounts counts = import_recordings(store, recordings);
  if (context.json) {
    print_json({{"store", store.path()}, {"added", counts.added}, {"known", counts.known}});
  } else {
    fmt::print("{} replies put into {}, {} were there already\n", counts.added, store.path(),
               counts.known);
  }
  return kExitSuccess;
}

void add_filter(CLI::App& app, RecordingFilter& filter) {
  app.add_option("--task", filter.task, "Replies to this question only")
      ->check(CLI::IsMember({"repair", "localise"}));
  app.add_option("--replay-model", filter.model, "Replies of this model only");
  app.add_option("--prompt", filter.prompt, "Replies to the prompt whose hash begins so");
}

}  // namespace

void add_recordings_command(CommandLine& line) {
  auto options = std::make_shared<RecordingsOptions>();
  CLI::App& group = line.add("recordings", "Recorded replies of models", nullptr);
  CLI::App& listing = line.add(
      "list", "What was recorded: in the run store, or in files",
      [options](const CommandContext& context) { return list(*options, context); }, &group);
  listing.add_option("files", options->files, "Files of recorded replies");
  CLI::App& writing = line.add(
      "export", "Write the run store's replies as JSON lines, without any key",
      [options](const CommandContext& context) { return export_recordings(*options, context); },
      &group);
  CLI::App& reading = line.add(
      "import", "Put recorded replies into the run store, or into a file of our layout",
      [options](const CommandContext& context) { return import_files(*options, context); }, &group);
  reading.add_option("files", options->files, "Files of recorded replies")->required();
  for (CLI::App* app : {&writing, &reading})
    app->add_option("--output", options->output, "File to write");
  for (CLI::App* app : {&listing, &writing, &reading}) {
    add_store_option(*app, options->store);
    add_filter(*app, options->filter);
    add_json_option(*app);
  }
}

}  // namespace dlfix::agent
