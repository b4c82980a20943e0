#include "agent/serve/static_analysis.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "agent/localise/combined.h"
#include "agent/lsp/proposals.h"
#include "agent/serve/problem.h"
#include "agent/settings/manifest.h"
#include "mapping/program/edits.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent::serve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMostNeighbours = 256;

/// Removes a folder when the analysis ends.
struct Folder {
  std::string path;
  explicit Folder(std::string name) : path(std::move(name)) { fs::create_directories(path); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

std::int64_t changed_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return -1;
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

void add_modules(const fs::path& package, std::vector<std::string>& neighbours) {
  std::error_code error;
  for (fs::directory_iterator entry(package, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".py") neighbours.push_back(entry->path().string());
  }
}

std::map<std::string, std::int64_t> times_of(const std::vector<std::string>& files) {
  std::map<std::string, std::int64_t> times;
  for (const std::string& file : files) times[file] = changed_at(file);
  return times;
}

/// Puts `after` in place of `before` where a string begins with it.
void replace_paths(json& value, const std::string& before, const std::string& after) {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    for (std::size_t at = text.find(before); at != std::string::npos;
         at = text.find(before, at + after.size())) {
      text.replace(at, before.size(), after);
    }
  } else if (value.is_structured()) {
    for (auto& item : value) replace_paths(item, before, after);
  }
}

[[noreturn]] void throw_unreadable(const json& error) {
  const auto text = [&](const char* name) {
    return error.contains(name) && error[name].is_string() ? error[name].get<std::string>() : "";
  };
  const std::string remedy = text("remedy");
  Problem problem{422, "program_unreadable",
                  text("message") + (remedy.empty() ? "" : "; " + remedy), 0,
                  json{{"reason", text("code")}}};
  if (error.contains("line") && error["line"].is_number_integer()) {
    problem.more["line"] = error["line"];
  }
  throw ProblemError(std::move(problem));
}

void add_proposals(const mapping::Program& program, Analysis& analysis) {
  for (const json& finding : analysis.localisation["findings"]) {
    auto proposal = lsp::propose(program, finding);
    std::vector<Analysis::Edit> edits;
    if (proposal) {
      const auto plan = mapping::plan_edits(program, proposal->changes);
      for (const auto& edit : plan.edits) edits.push_back({edit.span, edit.text});
      if (!plan.refusals.empty()) edits.clear();
    }
    const bool usable = proposal && !edits.empty();
    analysis.proposals.push_back(usable ? proposal->changes : mapping::Config{});
    analysis.titles.push_back(usable ? proposal->title : "");
    analysis.edits.push_back(std::move(edits));
  }
}

}  // namespace

std::vector<std::string> link_neighbours(const std::string& program, const std::string& folder) {
  std::error_code error;
  const fs::path beside = fs::path(program).parent_path();
  std::vector<std::string> neighbours{beside.string()};
  for (fs::directory_iterator entry(beside, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    std::error_code ignored;
    const bool package = fs::exists(path / "__init__.py", ignored);
    const bool used = package || path.extension() == ".py" || path.filename() == "requirements.txt";
    if (!used || path.filename() == fs::path(program).filename()) continue;
    fs::create_symlink(path, fs::path(folder) / path.filename(), ignored);
    neighbours.push_back(path.string());
    if (package) add_modules(path, neighbours);
    if (neighbours.size() > kMostNeighbours) break;
  }
  return neighbours;
}

StaticAnalysis::StaticAnalysis(StaticAnalysisOptions options, ProbePool& probes)
    : options_(std::move(options)), probes_(probes) {}

std::shared_ptr<const Analysis> StaticAnalysis::analyse(const ProgramText& program) {
  const std::string key = support::sha256(program.path + "\n" + program.text);
  if (auto known = find(key)) return known;
  std::promise<std::shared_ptr<const Analysis>> made;
  Running answer;
  std::string name;
  {
    const std::lock_guard lock(mutex_);
    const auto running = running_.find(key);
    if (running != running_.end()) {
      answer = running->second;
    } else {
      answer = running_[key] = made.get_future().share();
      name = fmt::format("{}/{}", options_.scratch, folders_++);
    }
  }
  if (name.empty()) return answer.get();  // another request reads the same text
  try {
    const Folder folder(name);
    auto neighbours = times_of(link_neighbours(program.path, folder.path));
    std::shared_ptr<const Analysis> analysis = read(program, folder.path);
    keep(key, analysis, std::move(neighbours));
    made.set_value(std::move(analysis));
  } catch (const std::exception&) {
    made.set_exception(std::current_exception());
  }
  const std::lock_guard lock(mutex_);
  running_.erase(key);
  return answer.get();
}

std::shared_ptr<Analysis> StaticAnalysis::read(const ProgramText& program,
                                               const std::string& folder) const {
  const std::string copy = folder + "/" + fs::path(program.path).filename().string();
  std::ofstream(copy, std::ios::binary) << program.text;
  json request{{"program", copy}};
  if (const auto manifest = find_manifest(program.path)) {
    if (!manifest->profile.empty()) request["profile"] = manifest->profile;
    if (!manifest->name_map.is_null()) {
      request["name_map"] = folder + "/name_map.json";
      std::ofstream(folder + "/name_map.json") << manifest->name_map.dump();
    }
  }
  auto analysis = std::make_shared<Analysis>();
  const std::string beside = fs::path(program.path).parent_path().string();
  analysis->document = probes_.inspect(request);
  if (analysis->document.contains("error")) {
    json error = analysis->document["error"];
    replace_paths(error, folder, beside);
    throw_unreadable(error);
  }
  const mapping::Program read = mapping::parse_program(analysis->document, "");
  analysis->localisation = to_json(localise_combined(read, mapping::read_sources(read)));
  add_proposals(read, *analysis);
  replace_paths(analysis->document, folder, beside);
  replace_paths(analysis->localisation, folder, beside);
  for (auto& edits : analysis->edits) {
    for (auto& edit : edits) {
      if (edit.span.file.starts_with(folder)) edit.span.file.replace(0, folder.size(), beside);
    }
  }
  analysis->text = program.text;
  analysis->path = program.path;
  return analysis;
}

std::shared_ptr<const Analysis> StaticAnalysis::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return nullptr;
  for (const auto& [path, time] : known->second->neighbours) {
    if (changed_at(path) == time) continue;
    entries_.erase(known->second);
    by_key_.erase(known);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, known->second);
  return known->second->analysis;
}

void StaticAnalysis::keep(const std::string& key, std::shared_ptr<const Analysis> analysis,
                          std::map<std::string, std::int64_t> neighbours) {
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return;
  entries_.push_front({key, std::move(analysis), std::move(neighbours)});
  by_key_[key] = entries_.begin();
  if (entries_.size() <= options_.kept) return;
  by_key_.erase(entries_.back().key);
  entries_.pop_back();
}

}  // namespace dlfix::agent::serve
