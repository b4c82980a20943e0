#include "agent/settings/benchmark_subject.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

BenchmarkSubject read_subject(const fs::path& file, const json& document) {
  BenchmarkSubject subject;
  try {
    subject.id = document.at("subject");
    subject.program = file.parent_path() / document.at("programs").at("faulty").get<std::string>();
    subject.data_kind = document.at("data").at("kind");
    subject.redrawn = document.at("data").value("redrawn", false);
    subject.metric = document.at("metric").at("name");
    subject.test_size = document.at("split").at("test_size");
    subject.split_seed = document.at("split").at("seed");
  } catch (const json::exception& error) {
    throw support::InputError(file.string() + ": " + error.what(),
                              "see data/benchmark/README.md for a manifest's fields");
  }
  return subject;
}

}  // namespace

BenchmarkSubject find_benchmark_subject(const std::string& folder, const std::string& id) {
  std::error_code error;
  std::set<fs::path> files;  // in the order of the faults' names
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (fs::exists(entry.path() / "manifest.json")) files.insert(entry.path() / "manifest.json");
  std::set<std::string> known;
  for (const fs::path& file : files) {
    std::ifstream in(file);
    const json document = json::parse(in, nullptr, false);
    if (document.is_discarded() || !document.is_object()) continue;
    const std::string subject = document.value("subject", "");
    if (subject == id) return read_subject(file, document);
    known.insert(subject);
  }
  throw support::InputError(fmt::format("{}: no benchmark program of that subject", id),
                            fmt::format("there are {}", fmt::join(known, ", ")));
}

}  // namespace dlfix::agent
