// Reading sources and putting edits into them.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "mapping/program/edits.h"
#include "mapping/program/layer_sites.h"
#include "mapping/program/notebook.h"
#include "mapping/program/source_text.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::mapping {
namespace {

using support::EnvironmentError;
using support::InputError;

struct ByteEdit {
  std::size_t begin;
  std::size_t end;
  const Edit* edit;
};

std::string edited(const SourceText& source, const std::vector<const Edit*>& edits) {
  std::vector<ByteEdit> places;
  for (const Edit* edit : edits) {
    const std::size_t begin = source.offset(edit->span.start);
    places.push_back({begin, begin + source.text(edit->span).size(), edit});
  }
  // An insertion comes before a replacement that starts where it stands.
  std::stable_sort(places.begin(), places.end(), [](const ByteEdit& a, const ByteEdit& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::string result;
  std::size_t done = 0;
  for (const auto& place : places) {
    if (place.begin < done) {
      throw InputError(
          fmt::format("{}:{}: two edits overlap", source.path(), place.edit->span.start.line));
    }
    result.append(source.bytes(), done, place.begin - done);
    result += place.edit->text;
    done = place.end;
  }
  return result.append(source.bytes(), done, std::string::npos);
}

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  if (stream) bytes << stream.rdbuf();
  if (!stream || stream.bad()) {
    throw EnvironmentError(fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
  }
  return bytes.str();
}

std::map<std::string, std::string> known_hashes(const Program& program) {
  std::map<std::string, std::string> hashes;
  if (!program.sha256.empty()) hashes[program.path] = program.sha256;
  for (const auto& file : program.document.value("files", nlohmann::json::array())) {
    hashes[file.value("path", "")] = file.value("sha256", "");
  }
  return hashes;
}

nlohmann::json file_entry(const Program& program, const std::string& path) {
  for (const auto& file : program.document.value("files", nlohmann::json::array())) {
    if (file.value("path", "") == path) return file;
  }
  throw InputError(fmt::format("program.json does not know the notebook {}", path));
}

std::set<std::string> edited_files(const Program& program) {
  std::set<std::string> paths = {program.path};
  for (const auto& hp : program.hyperparameters) {
    if (hp.editable() && !hp.span.file.empty()) paths.insert(hp.span.file);
  }
  for (const auto& site : layer_sites(program)) {
    if (site.form != "none" && !site.span.file.empty()) paths.insert(site.span.file);
  }
  const auto site = program.document.value("optimizer_site", nlohmann::json());
  if (site.is_object() && site.contains("file") && site["file"].is_string()) {
    paths.insert(site["file"].get<std::string>());
  }
  return paths;
}

}  // namespace

std::map<std::string, std::string> read_sources(const Program& program) {
  const auto hashes = known_hashes(program);
  std::map<std::string, std::string> sources;
  for (const auto& path : edited_files(program)) {
    std::string bytes = read_file(path);
    const auto known = hashes.find(path);
    if (known != hashes.end() && !known->second.empty() &&
        support::sha256(bytes) != known->second) {
      throw EnvironmentError(fmt::format("{} has changed since it was read", path),
                             "start again with the file as it is now");
    }
    sources[path] =
        is_notebook(path) ? file_entry(program, path).value("code", "") : std::move(bytes);
  }
  return sources;
}

WrittenFile as_written(const Program& program, const std::string& path, const std::string& before,
                       const std::string& after) {
  if (!is_notebook(path)) return {before, after};
  std::string raw = read_file(path);
  std::string changed = notebook_with_code(raw, file_entry(program, path), after);
  return {std::move(raw), std::move(changed)};
}

std::map<std::string, std::string> apply_edits(const std::map<std::string, std::string>& sources,
                                               const EditPlan& plan) {
  std::map<std::string, std::vector<const Edit*>> by_file;
  for (const auto& edit : plan.edits) by_file[edit.span.file].push_back(&edit);
  std::map<std::string, std::string> result;
  for (const auto& [path, edits] : by_file) {
    const auto source = sources.find(path);
    if (source == sources.end()) {
      throw InputError(fmt::format("an edit goes into {}, which was not read", path));
    }
    result[path] = edited(SourceText(path, source->second), edits);
  }
  return result;
}

}  // namespace dlfix::mapping
