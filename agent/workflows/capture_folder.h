// Where captured arrays lie while a run needs them, and how an interrupted run finds them again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/store/store.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// A folder `<store folder>/captures/<n>` that is locked as long as this object lives. The system
/// lets go of the lock however the process ends, so a folder without a lock belongs to nobody.
class CaptureFolder {
 public:
  /// A new, empty folder. Errors: EnvironmentError when it cannot be made.
  static CaptureFolder create(const Store& store);
  /// Takes over an existing folder; nullopt when it is gone or another process holds it.
  static std::optional<CaptureFolder> adopt(const std::string& directory);

  CaptureFolder(CaptureFolder&& other) noexcept;
  CaptureFolder& operator=(CaptureFolder&&) = delete;
  ~CaptureFolder();

  const std::string& path() const { return path_; }
  /// Deletes the folder; nothing will resume from it.
  void remove();

 private:
  CaptureFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

using CaptureFunction =
    std::function<mapping::Program(const std::string& program, const std::string& directory)>;

/// The capture of `program` in `directory`: the one that lies there complete, else a new one.
/// Random data without a seed differ from capture to capture; an interrupted run that goes on with
/// the arrays it had finds its trainings again.
mapping::Program capture_once(const std::string& program, const std::string& directory,
                              const CaptureFunction& capture);

/// True when every file that the program was read from is unchanged.
bool sources_unchanged(const mapping::Program& program);

/// The capture folder of the newest interrupted run of that identity, locked.
std::optional<CaptureFolder> find_interrupted_capture(Store& store, const std::string& identity);

/// Deletes capture folders that no process holds. Returns how many.
int remove_unused_captures(const Store& store);

}  // namespace dlfix::agent
