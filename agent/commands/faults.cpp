// `dlfix-agent faults list|show|check`: the study's benchmark and the data of its programs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <iostream>
#include <map>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/scratch_folder.h"
#include "agent/faults/benchmark.h"
#include "agent/faults/data_check.h"
#include "agent/faults/data_source.h"
#include "agent/output/terminal.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

struct FaultsOptions {
  std::vector<std::string> ids;
  ReadingOptions reading;
  bool files_only = false;
};

std::vector<BenchmarkFault> all_faults() {
  return read_benchmark(find_resources(own_executable()).home + "/data/benchmark");
}

/// A subject's data once: several faults share them.
class SourceCache {
 public:
  explicit SourceCache(const std::string& data_dir) : folders_(data_folders(data_dir)) {}
  const DataSource& of(const BenchmarkFault& fault) {
    const std::string key = fault.dataset + " " + fault.data_kind;
    const auto known = sources_.find(key);
    if (known != sources_.end()) return known->second;
    return sources_.emplace(key, find_data(fault.dataset, fault.data_kind, folders_)).first->second;
  }
  const std::vector<std::string>& folders() const { return folders_; }

 private:
  std::vector<std::string> folders_;
  std::map<std::string, DataSource> sources_;
};

nlohmann::ordered_json source_json(const DataSource& source) {
  return {{"kind", source.kind},
          {"files", source.files},
          {"what", source.what},
          {"remedy", source.remedy.empty() ? nlohmann::ordered_json()
                                           : nlohmann::ordered_json(source.remedy)}};
}

nlohmann::ordered_json benchmark_fault_json(const BenchmarkFault& fault, const DataSource& source) {
  nlohmann::ordered_json data = source_json(source);
  data["dataset"] = fault.dataset;
  data["redrawn_by_the_study"] = fault.redrawn;
  return {{"id", fault.id},
          {"fl_id",
           fault.fl_id.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(fault.fl_id)},
          {"subject", fault.subject},
          {"fault_types", fault.fault_types},
          {"changes", setting_changes(fault)},
          {"metric", fault.metric},
          {"data", std::move(data)},
          {"faulty", fault.program},
          {"fixed", fault.fixed}};
}

void print_ordered(const nlohmann::ordered_json& document) {
  std::cout << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n'
            << std::flush;
}

int list_faults(const FaultsOptions& options, const CommandContext& context) {
  const auto faults = choose_faults(all_faults(), options.ids);
  SourceCache sources(options.reading.data_dir);
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows = {
      {"fault", "in localisation", "fault types", "metric", "data", "from"}};
  for (const BenchmarkFault& fault : faults) {
    const DataSource& source = sources.of(fault);
    list.push_back(benchmark_fault_json(fault, source));
    rows.push_back({fault.id, fault.fl_id.empty() ? "-" : fault.fl_id, fault.fault_types,
                    fault.metric, source.kind,
                    source.files.empty()
                        ? fault.dataset
                        : fmt::format("{}: {}", fault.dataset,
                                      fs::path(source.files.front()).parent_path().string())});
  }
  if (context.json) {
    print_ordered({{"folders", sources.folders()}, {"faults", std::move(list)}});
    return kExitSuccess;
  }
  std::cout << table(rows, "")
            << "\ndata: exact (the study's), close (same source, another file), sample (a part), "
               "stand-in (rows of the same\nshapes, drawn by the program: figures of the study do "
               "not carry over), missing, damaged\n";
  return kExitSuccess;
}

int show_fault(const FaultsOptions& options, const CommandContext& context) {
  SourceCache sources(options.reading.data_dir);
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const BenchmarkFault& fault : choose_faults(all_faults(), options.ids)) {
    const DataSource& source = sources.of(fault);
    nlohmann::ordered_json document = benchmark_fault_json(fault, source);
    document["manifest"] = fault.manifest;
    list.push_back(std::move(document));
    if (context.json) continue;
    fmt::print("{}: {}\n", fault.id,
               fault.fault_types.empty() ? "no fault type" : fault.fault_types);
    if (!fault.fl_id.empty() && fault.fl_id != fault.id)
      fmt::print("  {} in the study's localisation part\n", fault.fl_id);
    for (const std::string& change : setting_changes(fault)) fmt::print("  {}\n", change);
    if (!fault.outside_config.empty())
      fmt::print("  no setting reaches: {}\n", fault.outside_config);
    fmt::print("  metric {}\n  faulty {}\n  fixed  {}\n  data   {}: {}\n", fault.metric,
               fault.program, fault.fixed, source.kind, source.what);
    for (const std::string& file : source.files) fmt::print("         {}\n", file);
    if (!source.remedy.empty()) fmt::print("         {}\n", source.remedy);
    if (fault.redrawn) fmt::print("         the study draws them anew in every training\n");
    for (const auto& note : fault.manifest.value("notes", nlohmann::ordered_json::array()))
      fmt::print("  note: {}\n", note.get<std::string>());
  }
  if (context.json)
    print_ordered(list.size() == 1 ? list.front() : nlohmann::ordered_json({{"faults", list}}));
  return kExitSuccess;
}

mapping::Program capture_fault(const BenchmarkFault& fault, const FaultsOptions& options,
                               const CommandContext& context, const Resources& resources,
                               const ScratchFolder& scratch) {
  ReadingOptions reading = options.reading;
  reading.program = fault.program;
  const std::string folder = scratch.path() + "/" + fault.id;
  fs::create_directories(folder);
  const auto probe = probe_options(reading, context, resources, folder);
  return mapping::capture_program(fault.program, folder + "/capture", probe);
}

int check_faults(const FaultsOptions& options, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  SourceCache sources(options.reading.data_dir);
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  bool sound = true;
  for (const BenchmarkFault& fault : choose_faults(all_faults(), options.ids)) {
    if (interrupt_requested()) return kExitInterrupted;
    const DataSource& source = sources.of(fault);
    DataCheck check{source.usable(), {}, source.usable() ? "" : source.what};
    if (source.usable() && !options.files_only) {
      // A folder of its own: the arrays of thirty programs together are large.
      const ScratchFolder scratch;
      check = check_program_data(fault, source, [&](const BenchmarkFault& asked) {
        return capture_fault(asked, options, context, resources, scratch);
      });
    }
    sound = sound && check.sound;
    nlohmann::ordered_json document = benchmark_fault_json(fault, source);
    document["sound"] = check.sound;
    document["rows"] = to_json(check);
    list.push_back(std::move(document));
    if (context.json) continue;
    fmt::print("{:<3} {:<9} {}{}\n", fault.id, source.kind, check.sound ? "ok" : "NOT OK",
               check.words().empty() ? "" : ": " + check.words());
    if (!check.sound && !source.remedy.empty()) fmt::print("    remedy: {}\n", source.remedy);
    std::cout << std::flush;
  }
  if (context.json) print_ordered({{"sound", sound}, {"faults", std::move(list)}});
  return sound ? kExitSuccess : kExitVerdict;
}

void add_data_options(CLI::App& app, FaultsOptions& options, const std::string& ids) {
  app.add_option("faults", options.ids, ids);
  app.add_option("--data-dir", options.reading.data_dir, "Where keras.datasets files lie")
      ->envname("DLFIX_DATA");
  add_json_option(app);
}

}  // namespace

void add_faults_command(CommandLine& line) {
  auto options = std::make_shared<FaultsOptions>();
  CLI::App& faults =
      line.add("faults", "The faults of the study's benchmark and the data of their programs", {});
  add_data_options(
      line.add(
          "list", "The faults, how near their data are to the study's, and where they lie",
          [options](const CommandContext& context) { return list_faults(*options, context); },
          &faults),
      *options, "Faults (D4), letters (D); by default all");
  CLI::App& show = line.add(
      "show", "What is known of a fault",
      [options](const CommandContext& context) { return show_fault(*options, context); }, &faults);
  add_data_options(show, *options, "Faults (D4), letters (D)");
  show.get_option("faults")->required();
  CLI::App& check = line.add(
      "check", "Run the programs' data code: are the data there, with the shapes they should have",
      [options](const CommandContext& context) { return check_faults(*options, context); },
      &faults);
  add_data_options(check, *options, "Faults (D4), letters (D); by default all");
  check.add_flag("--files-only", options->files_only, "Check the files, run nothing");
  check.add_option("--python", options->reading.python,
                   "Python interpreter that reads the programs");
  check.add_option("--frontend", options->reading.frontend, "What runs the programs' own code")
      ->check(CLI::IsMember({"auto", "standin", "keras"}))
      ->capture_default_str();
}

}  // namespace dlfix::agent
