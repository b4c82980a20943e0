#include "agent/lsp/repair_task.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "agent/lsp/diff_edits.h"
#include "agent/output/progress.h"
#include "agent/serve/static_analysis.h"

namespace dlfix::agent::lsp {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

bool is_saved(const std::string& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream saved;
  saved << file.rdbuf();
  return file && saved.str() == text;
}

}  // namespace

RepairTask::RepairTask(const Document& document, const std::string& path,
                       const RepairSettings& settings, json id, json token)
    : document_(document), path_(path), id_(std::move(id)), token_(std::move(token)) {
  std::string file = path;
  std::vector<std::string> arguments{settings.executable, "repair", "", "--json",
                                     "--technique=" + settings.technique};
  if (!is_saved(path, document.text)) {
    file = folder_.path() + "/" + fs::path(path).filename().string();
    std::ofstream(file, std::ios::binary) << document.text;
    serve::link_neighbours(path, folder_.path());
    arguments.push_back("--cwd=" + fs::path(path).parent_path().string());
  }
  arguments[2] = file;
  if (!settings.store.empty()) arguments.push_back("--store=" + settings.store);
  if (!settings.python.empty()) arguments.push_back("--python=" + settings.python);
  if (!settings.budget.empty()) arguments.push_back("--budget=" + settings.budget);
  process_ = std::make_unique<serve::JobProcess>(arguments, folder_.path() + "/result.json");
}

std::optional<json> RepairTask::next_report() {
  const auto event = process_->next_event(std::chrono::milliseconds(0));
  if (!event) return std::nullopt;
  const std::string type = event->value("event", "");
  json report{{"kind", "report"}};
  if (type == "phase") {
    report["message"] = event->value("name", "") + ": " + event->value("what", "");
    report["percentage"] = 0;
  } else if (type == "progress") {
    const json left = event->value("left_seconds", json());
    report["percentage"] = static_cast<int>(100 * event->value("done", 0.0));
    report["message"] = fmt::format(
        "{}: {} trainings{}", event->value("phase", ""), event->value("trainings", 0),
        left.is_number() ? ", about " + duration_words(left.get<double>()) + " left" : "");
  } else {
    return std::nullopt;
  }
  return report;
}

void RepairTask::cancel() {
  cancelled_ = true;
  process_->kill();
}

json RepairTask::edit(const json& result) const {
  if (!result.is_object() || !result.contains("diff") || !result["diff"].is_string())
    return nullptr;
  json edits =
      edits_of_diff(result["diff"].get<std::string>(), fs::path(path_).filename().string());
  if (edits.empty()) return nullptr;
  json change;
  change["textDocument"] = {{"uri", document_.uri}, {"version", document_.version}};
  change["edits"] = std::move(edits);
  return {{"documentChanges", json::array({std::move(change)})}};
}

}  // namespace dlfix::agent::lsp
