// `dlfix-agent store list|show|gc|merge|export|import`
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/store/exchange.h"
#include "agent/store/store.h"
#include "agent/workflows/capture_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

struct StoreOptions {
  std::string file;
  std::int64_t run = 0;
  int days = 90;
  bool all = false;
  std::vector<std::string> others;
  std::string list;                ///< file of exported trainings
  std::vector<std::string> lists;  ///< the same, to import
};

std::string local_time(std::int64_t seconds) {
  if (seconds == 0) return "-";
  const std::time_t time = seconds;
  std::tm parts{};
  localtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

nlohmann::json describe_run(const RunRecord& run) {
  return {{"id", run.id},
          {"command", run.command},
          {"command_line", run.command_line},
          {"program", run.program},
          {"status", run.status},
          {"started", run.started},
          {"finished", run.finished}};
}

Store open_existing(const std::string& file) {
  if (!std::filesystem::exists(file)) {
    throw support::InputError(file + ": there is no run store yet",
                              "a `repair` makes one; --store names another file");
  }
  return Store(file, Store::Mode::kReadOnly);
}

int list_runs(const StoreOptions& options, const CommandContext& context) {
  const Store store = open_existing(options.file);
  const StoreCounts counts = store.counts();
  const auto runs = store.runs("", 50);
  if (context.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const RunRecord& run : runs) list.push_back(describe_run(run));
    print_json({{"file", store.path()},
                {"bytes", counts.bytes},
                {"programs", counts.programs},
                {"prompts", counts.prompts},
                {"replies", counts.replies},
                {"trainings", counts.trainings},
                {"runs", list}});
    return kExitSuccess;
  }
  fmt::print("{}  {:.1f} MB, {} trainings, {} replies, {} runs\n", store.path(),
             static_cast<double>(counts.bytes) / 1e6, counts.trainings, counts.replies,
             counts.runs);
  for (const RunRecord& run : runs) {
    fmt::print("{:>6}  {}  {:<15} {} {}\n", run.id, local_time(run.started), run.status,
               run.command, run.program);
  }
  return kExitSuccess;
}

int show_run(const StoreOptions& options, const CommandContext& context) {
  const Store store = open_existing(options.file);
  const auto run = store.run(options.run);
  if (!run) {
    throw support::InputError(fmt::format("run {}: is not in {}", options.run, store.path()),
                              "`store list` shows the runs");
  }
  nlohmann::json document = describe_run(*run);
  document["result"] = run->result;
  if (context.json) {
    print_json(document);
    return kExitSuccess;
  }
  fmt::print("run {}: {}\nstarted  {}\nfinished {}\nstatus   {}\nprogram  {}\n\n{}\n", run->id,
             run->command_line, local_time(run->started), local_time(run->finished), run->status,
             run->program, run->result.dump(2));
  return kExitSuccess;
}

int collect(const StoreOptions& options, const CommandContext& context) {
  Store store(options.file);
  tell_migration(store);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const std::int64_t before = options.all ? now + 1 : now - std::int64_t{options.days} * 86400;
  const std::int64_t rows = store.collect(before);
  const int captures = remove_unused_captures(store);
  if (context.json) {
    print_json({{"rows", rows}, {"captures", captures}});
  } else {
    fmt::print("removed {} rows and {} captures\n", rows, captures);
  }
  return kExitSuccess;
}

nlohmann::json merge_document(const StoreCounts& added, const std::vector<std::string>& conflicts) {
  return {{"programs", added.programs},   {"prompts", added.prompts}, {"replies", added.replies},
          {"trainings", added.trainings}, {"runs", added.runs},       {"conflicts", conflicts}};
}

int merge(const StoreOptions& options, const CommandContext& context) {
  Store store(options.file);
  tell_migration(store);
  nlohmann::json document = nlohmann::json::object();
  bool conflicts = false;
  for (const std::string& other : options.others) {
    const MergeReport report = store.merge(other);
    conflicts = conflicts || !report.conflicts.empty();
    document[other] = merge_document(report.added, report.conflicts);
    if (context.json) continue;
    fmt::print("{}: {} trainings, {} replies, {} runs taken over\n", other, report.added.trainings,
               report.added.replies, report.added.runs);
    for (const std::string& conflict : report.conflicts)
      fmt::print("  conflict: {}; what was there stays\n", conflict);
  }
  if (context.json) print_json({{"file", store.path()}, {"merged", document}});
  return conflicts ? kExitVerdict : kExitSuccess;
}

int export_list(const StoreOptions& options, const CommandContext& context) {
  const std::int64_t written = export_trainings(open_existing(options.file), options.list);
  if (context.json) {
    print_json({{"file", options.list}, {"trainings", written}});
  } else {
    fmt::print("{}: {} trainings\n", options.list, written);
  }
  return kExitSuccess;
}

int import_lists(const StoreOptions& options, const CommandContext& context) {
  Store store(options.file);
  tell_migration(store);
  nlohmann::json document = nlohmann::json::object();
  for (const std::string& list : options.lists) {
    const ImportReport report = import_trainings(store, list);
    document[list] = {{"trainings", report.read}, {"added", report.added}};
    if (!context.json)
      fmt::print("{}: {} trainings, {} of them new\n", list, report.read, report.added);
  }
  if (context.json) print_json({{"file", store.path()}, {"imported", document}});
  return kExitSuccess;
}

}  // namespace

void add_store_command(CommandLine& line) {
  auto options = std::make_shared<StoreOptions>();
  CLI::App& store =
      line.add("store", "What is kept of earlier runs: trainings, replies, results", {});
  const auto with_file = [options](CLI::App& command) {
    add_store_option(command, options->file);
    add_json_option(command);
  };
  with_file(line.add(
      "list", "The runs, newest first",
      [options](const CommandContext& context) { return list_runs(*options, context); }, &store));
  CLI::App& show = line.add(
      "show", "One run and its result",
      [options](const CommandContext& context) { return show_run(*options, context); }, &store);
  show.add_option("run", options->run, "Number of the run")->required();
  with_file(show);
  CLI::App& join = line.add(
      "merge", "Take over what other stores have (runs of several machines)",
      [options](const CommandContext& context) { return merge(*options, context); }, &store);
  join.add_option("stores", options->others, "Stores to take over; they are only read")->required();
  with_file(join);
  CLI::App& out = line.add(
      "export", "Write what trainings found as lines of JSON, to keep and to share",
      [options](const CommandContext& context) { return export_list(*options, context); }, &store);
  out.add_option("--trainings", options->list, "File to write; compressed when it ends in .gz")
      ->required();
  with_file(out);
  CLI::App& in = line.add(
      "import", "Take over exported trainings, marked as imported; `compare` uses them",
      [options](const CommandContext& context) { return import_lists(*options, context); }, &store);
  in.add_option("files", options->lists, "What `store export` wrote")->required();
  with_file(in);
  CLI::App& gc = line.add(
      "gc", "Remove what is old and captures that no run needs",
      [options](const CommandContext& context) { return collect(*options, context); }, &store);
  gc.add_option("--older-than", options->days, "Days to keep")->capture_default_str();
  gc.add_flag("--all", options->all, "Keep nothing but runs that are still going");
  with_file(gc);
}

}  // namespace dlfix::agent
