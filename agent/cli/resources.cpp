#include "agent/cli/resources.h"

#include <cstdlib>
#include <filesystem>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool holds_probe(const fs::path& home) {
  std::error_code error;
  return fs::is_directory(home / "mapping" / "probe" / "dlfix_probe", error);
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

std::string find_home(const fs::path& executable) {
  if (const std::string home = environment("DLFIX_HOME"); !home.empty()) {
    if (holds_probe(home)) return home;
    throw support::EnvironmentError("DLFIX_HOME=" + home + ": has no mapping/probe/dlfix_probe",
                                    "point DLFIX_HOME at share/dlfix-agent of the installation");
  }
  const fs::path installed =
      (executable.parent_path() / ".." / "share" / "dlfix-agent").lexically_normal();
  if (holds_probe(installed)) return installed.string();
#ifdef DLFIX_BUILD_TREE
  if (lies_in(executable, DLFIX_BUILD_TREE) && holds_probe(DLFIX_SOURCE_TREE)) {
    return DLFIX_SOURCE_TREE;
  }
#endif
  throw support::EnvironmentError(
      installed.string() + ": the program's own files (mapping/probe) are not there",
      "install with `cmake --install`, or set DLFIX_HOME to the folder that holds them");
}

std::string find_trainer(const fs::path& executable) {
  if (const std::string trainer = environment("DLFIX_TRAINER"); !trainer.empty()) return trainer;
  const fs::path folder = executable.parent_path();
  for (const fs::path& place :
       {folder / "dlfix-trainer", folder / ".." / "libexec" / "dlfix-agent" / "dlfix-trainer"}) {
    std::error_code error;
    if (fs::is_regular_file(place, error)) return place.lexically_normal().string();
  }
  return "";
}

}  // namespace

Resources find_resources(const std::string& executable) {
  return {find_home(executable), find_trainer(executable)};
}

std::string own_executable() {
  std::error_code error;
  const fs::path path = fs::read_symlink("/proc/self/exe", error);
  return error ? std::string("dlfix-agent") : path.string();
}

}  // namespace dlfix::agent
