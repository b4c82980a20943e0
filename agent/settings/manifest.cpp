#include "agent/settings/manifest.h"

#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
// Ordered: the names of a config have an order.
using nlohmann::ordered_json;

bool names_program(const ordered_json& document, const fs::path& folder, const fs::path& program) {
  if (!document.is_object() || !document.contains("programs")) return false;
  const ordered_json& programs = document["programs"];
  if (!programs.is_object()) return false;
  for (const auto& [which, path] : programs.items()) {
    std::error_code error;
    if (path.is_string() && fs::equivalent(folder / path.get<std::string>(), program, error)) {
      return true;
    }
  }
  return false;
}

std::string text_of(const ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Wording wording_of(const ordered_json& document, const char* task) {
  const auto wording =
      document.value("wording", ordered_json::object()).value(task, ordered_json::object());
  return {text_of(wording, "task"), text_of(wording, "dataset"), text_of(wording, "goal")};
}

/// What the study did with the program.
void read_study(const ordered_json& document, const fs::path& file, Manifest& manifest) {
  if (const std::string fixed =
          text_of(document.value("programs", ordered_json::object()), "fixed");
      !fixed.empty())
    manifest.fixed = (file.parent_path() / fixed).lexically_normal().string();
  manifest.metric = text_of(document.value("metric", ordered_json::object()), "name");
  manifest.data_kind = text_of(document.value("data", ordered_json::object()), "kind");
  manifest.dataset = text_of(document.value("data", ordered_json::object()), "dataset");
  manifest.redrawn = document.value("data", ordered_json::object()).value("redrawn", false);
  const ordered_json config = document.value("faulty_config", ordered_json::object());
  for (const auto& [name, value] : config.items()) manifest.names.push_back(name);
  if (const ordered_json split = document.value("split", ordered_json()); split.is_object())
    manifest.split = {split.at("test_size"), split.at("seed")};
}

Manifest read_fields(const ordered_json& document, const fs::path& file) {
  Manifest manifest;
  manifest.file = file.string();
  manifest.id = text_of(document, "id");
  manifest.fl_id = text_of(document, "fl_id");
  manifest.profile = text_of(document, "keras_profile");
  manifest.repair = wording_of(document, "repair");
  manifest.localisation = wording_of(document, "fl");
  if (const auto names = document.find("name_map"); names != document.end())
    manifest.name_map = nlohmann::json::parse(names->dump());
  read_study(document, file, manifest);
  if (const std::string subject = text_of(document, "subject"); !subject.empty()) {
    manifest.repair_subjects.push_back(subject);
  }
  if (const ordered_json post = document.value("stackoverflow_post", ordered_json());
      post.is_number_integer()) {
    manifest.repair_subjects.push_back(post.dump());
  }
  return manifest;
}

}  // namespace

std::optional<Manifest> find_manifest(const std::string& program) {
  const fs::path folder = fs::absolute(program).parent_path();
  const fs::path file = folder / "manifest.json";
  std::ifstream in(file);
  if (!in) return std::nullopt;
  const ordered_json document = ordered_json::parse(in, nullptr, false);
  if (!names_program(document, folder, program)) return std::nullopt;
  try {
    return read_fields(document, file);
  } catch (const ordered_json::exception& error) {
    throw support::InputError(file.string() + ": " + error.what(),
                              "see data/benchmark/README.md for a manifest's fields");
  }
}

}  // namespace dlfix::agent
