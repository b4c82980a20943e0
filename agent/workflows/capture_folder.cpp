#include "agent/workflows/capture_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* kComplete = "complete";

std::string captures_folder(const Store& store) { return store.directory() + "/captures"; }

/// -1 when another process holds the lock or the folder is gone.
int take_lock(const std::string& directory) {
  const std::string file = directory + "/lock";
  const int lock = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return -1;
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  close(lock);
  return -1;
}

/// Commands that end in an error of the machine keep their capture, as a killed one does.
bool may_be_resumed(const RunRecord& run) {
  return run.status == "running" || run.status == "interrupted" || run.status == "failed";
}

}  // namespace

CaptureFolder CaptureFolder::create(const Store& store) {
  std::string pattern = captures_folder(store) + "/XXXXXX";
  std::error_code error;
  fs::create_directories(captures_folder(store), error);
  if (error || !mkdtemp(pattern.data())) {
    throw support::EnvironmentError(
        captures_folder(store) + ": cannot make a folder for captured arrays",
        "check free space and rights, or name a store elsewhere with --store");
  }
  return CaptureFolder(pattern, take_lock(pattern));
}

std::optional<CaptureFolder> CaptureFolder::adopt(const std::string& directory) {
  if (!fs::is_directory(directory)) return std::nullopt;
  const int lock = take_lock(directory);
  if (lock < 0) return std::nullopt;
  return CaptureFolder(directory, lock);
}

CaptureFolder::CaptureFolder(CaptureFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

CaptureFolder::~CaptureFolder() {
  if (lock_ >= 0) close(lock_);
}

void CaptureFolder::remove() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

mapping::Program capture_once(const std::string& program, const std::string& directory,
                              const CaptureFunction& capture) {
  const fs::path mark = fs::path(directory) / kComplete;
  if (fs::exists(mark)) {
    std::ifstream file(fs::path(directory) / "program.json");
    mapping::Program earlier = mapping::parse_program(nlohmann::json::parse(file), directory);
    if (sources_unchanged(earlier)) return earlier;
  }
  fs::remove(mark);
  fs::create_directories(directory);
  mapping::Program captured = capture(program, directory);
  std::ofstream{mark} << "";
  return captured;
}

bool sources_unchanged(const mapping::Program& program) {
  for (const auto& file : program.document.value("files", nlohmann::json::array())) {
    const std::string path = file.value("path", "");
    if (!fs::exists(path) || support::sha256_file(path) != file.value("sha256", "")) return false;
  }
  return true;
}

std::optional<CaptureFolder> find_interrupted_capture(Store& store, const std::string& identity) {
  for (const RunRecord& run : store.runs(identity)) {
    if (!may_be_resumed(run) || run.capture.empty()) continue;
    if (auto folder = CaptureFolder::adopt(run.capture)) {
      store.end_run(run.id, "interrupted", run.result);
      return folder;
    }
  }
  return std::nullopt;
}

int remove_unused_captures(const Store& store) {
  std::error_code error;
  int removed = 0;
  for (const auto& entry : fs::directory_iterator(captures_folder(store), error)) {
    auto folder = CaptureFolder::adopt(entry.path().string());
    if (!folder) continue;
    folder->remove();
    ++removed;
  }
  return removed;
}

}  // namespace dlfix::agent
