#include "agent/faults/benchmark.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agent/output/figures.h"
#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::string_view kLetters = "MCRUD";

std::string text_or_empty(const ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

/// "ACH(7), HLR"
std::string types_text(const ordered_json& types) {
  std::vector<std::string> words;
  for (const auto& fault : types) {
    std::string word = fault.at("type").get<std::string>();
    const auto layers = fault.value("layers", std::vector<int>{});
    if (!layers.empty()) word += fmt::format("({})", fmt::join(layers, ","));
    words.push_back(std::move(word));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

BenchmarkFault read_fault(const fs::path& file) {
  std::ifstream in(file);
  BenchmarkFault fault;
  try {
    fault.manifest = ordered_json::parse(in);
    const ordered_json& manifest = fault.manifest;
    const auto path = [&](const char* which) {
      return fs::absolute(file.parent_path() / manifest.at("programs").at(which).get<std::string>())
          .lexically_normal()
          .string();
    };
    fault.id = manifest.at("id");
    fault.fl_id = text_or_empty(manifest.at("fl_id"));
    fault.subject = manifest.at("subject");
    fault.program = path("faulty");
    fault.fixed = path("fixed");
    fault.data_kind = manifest.at("data").at("kind");
    fault.dataset = manifest.at("data").at("dataset");
    fault.redrawn = manifest.at("data").value("redrawn", false);
    fault.metric = manifest.at("metric").at("name");
    fault.fault_types = types_text(manifest.at("ground_truth"));
    fault.outside_config = text_or_empty(manifest.value("outside_config", ordered_json()));
  } catch (const ordered_json::exception& error) {
    throw support::InputError(file.string() + ": " + error.what(),
                              "see data/benchmark/README.md for a manifest's fields");
  }
  return fault;
}

std::pair<std::size_t, int> place_of_fault(const BenchmarkFault& fault) {
  const auto letter = fault.id.empty() ? std::string::npos : kLetters.find(fault.id[0]);
  return {letter, fault.id.size() > 1 ? std::atoi(fault.id.c_str() + 1) : 0};
}

}  // namespace

std::vector<BenchmarkFault> read_benchmark(const std::string& folder) {
  std::error_code error;
  std::vector<BenchmarkFault> faults;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (const fs::path file = entry.path() / "manifest.json"; fs::exists(file))
      faults.push_back(read_fault(file));
  if (faults.empty())
    throw support::EnvironmentError(folder + ": there are no benchmark programs",
                                    "install dlfix-agent whole, or set DLFIX_HOME to its folder");
  std::ranges::sort(faults, {}, place_of_fault);
  return faults;
}

std::vector<BenchmarkFault> choose_faults(const std::vector<BenchmarkFault>& faults,
                                          const std::vector<std::string>& ids) {
  std::vector<bool> wanted(faults.size(), ids.empty());
  for (const std::string& id : ids) {
    bool found = false;
    for (std::size_t i = 0; i < faults.size(); ++i) {
      const bool meant =
          id == "all" || faults[i].id == id || (id.size() == 1 && faults[i].id.starts_with(id));
      wanted[i] = wanted[i] || meant;
      found = found || meant;
    }
    if (found) continue;
    std::vector<std::string> known;
    for (const BenchmarkFault& fault : faults) known.push_back(fault.id);
    const std::string near = support::nearest(id, known);
    throw support::InputError(
        fmt::format("{}: is no fault of the benchmark", id),
        near.empty() ? "`faults list` shows them" : fmt::format("did you mean {}?", near));
  }
  std::vector<BenchmarkFault> chosen;
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (wanted[i]) chosen.push_back(faults[i]);
  return chosen;
}

std::vector<std::string> setting_changes(const BenchmarkFault& fault) {
  std::vector<std::string> changes;
  const ordered_json& faulty = fault.manifest.at("faulty_config");
  const ordered_json& fixed = fault.manifest.at("fixed_config");
  for (const auto& [name, value] : faulty.items()) {
    const auto repaired = fixed.find(name);
    if (repaired == fixed.end() || *repaired == value) continue;
    changes.push_back(fmt::format("{} {} -> {}", name,
                                  value_words(nlohmann::json::parse(value.dump())),
                                  value_words(nlohmann::json::parse(repaired->dump()))));
  }
  return changes;
}

}  // namespace dlfix::agent
