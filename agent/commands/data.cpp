// `dlfix-agent data list|get NAME`: the files that keras.datasets reads.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/data/dataset_files.h"
#include "agent/data/download.h"
#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

struct DataOptions {
  std::string name;
  std::string directory;
  std::string base_url;
};

std::string default_directory() {
  const char* home = std::getenv("HOME");
  return fmt::format("{}/.keras/datasets", home && *home ? home : ".");
}

fs::path place_of(const DatasetFile& file, const DataOptions& options) {
  return fs::path(options.directory) / file.place;
}

/// "present", "missing", or "damaged" when the checksum is another.
std::string state_of(const DatasetFile& file, const DataOptions& options) {
  const fs::path place = place_of(file, options);
  if (!fs::exists(place)) return "missing";
  return file_checksum(place.string(), file.checksum) == file.checksum ? "present" : "damaged";
}

int list_data(const DataOptions& options, const CommandContext& context) {
  nlohmann::json list = nlohmann::json::array();
  for (const Dataset& dataset : datasets()) {
    for (const DatasetFile& file : dataset.files) {
      const std::string state = state_of(file, options);
      list.push_back({{"dataset", dataset.name},
                      {"file", place_of(file, options).string()},
                      {"state", state}});
      if (!context.json) {
        fmt::print("{:<14} {:<8} {}\n", dataset.name, state, place_of(file, options).string());
      }
    }
  }
  if (context.json) print_json({{"directory", options.directory}, {"files", list}});
  return kExitSuccess;
}

std::string url_of(const DatasetFile& file, const DataOptions& options) {
  if (options.base_url.empty()) return file.url;
  return options.base_url + (options.base_url.back() == '/' ? "" : "/") + file.remote_name;
}

void get_file(const DatasetFile& file, const DataOptions& options, bool quiet) {
  if (state_of(file, options) == "present") return;
  const fs::path place = place_of(file, options);
  if (!quiet) fmt::print(stderr, "{} -> {}\n", url_of(file, options), place.string());
  download({url_of(file, options), place.string(), file.checksum, &interrupt_requested()});
}

int get_data(const DataOptions& options, const CommandContext& context) {
  std::vector<std::string> names;
  for (const Dataset& dataset : datasets()) {
    names.push_back(dataset.name);
    if (dataset.name != options.name) continue;
    nlohmann::json files = nlohmann::json::array();
    for (const DatasetFile& file : dataset.files) {
      get_file(file, options, context.json);
      files.push_back(place_of(file, options).string());
    }
    if (context.json) print_json({{"dataset", dataset.name}, {"files", files}});
    return kExitSuccess;
  }
  const std::string near = support::nearest(options.name, names);
  throw support::InputError(
      fmt::format("{}: is not a data set of keras.datasets", options.name),
      near.empty() ? "`data list` shows them" : fmt::format("did you mean {}?", near));
}

void add_directory(CLI::App& command, DataOptions& options) {
  command.add_option("--data-dir", options.directory, "Where the files lie")
      ->envname("DLFIX_DATA")
      ->capture_default_str();
  add_json_option(command);
}

}  // namespace

void add_data_command(CommandLine& line) {
  auto options = std::make_shared<DataOptions>();
  options->directory = default_directory();
  CLI::App& data = line.add("data", "Files of keras.datasets: what is there, and getting them", {});
  CLI::App& list = line.add(
      "list", "Data sets and whether their files are there",
      [options](const CommandContext& context) { return list_data(*options, context); }, &data);
  add_directory(list, *options);
  CLI::App& get = line.add(
      "get", "Fetch a data set's files and check them",
      [options](const CommandContext& context) { return get_data(*options, context); }, &data);
  get.add_option("name", options->name, "mnist, fashion_mnist, cifar10, ...")->required();
  get.add_option("--base-url", options->base_url, "Where to fetch from in place of Keras's own")
      ->envname("DLFIX_DATA_URL");
  add_directory(get, *options);
}

}  // namespace dlfix::agent
