#include "agent/serve/sandbox.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent::serve {
namespace {

namespace fs = std::filesystem;
using support::EnvironmentError;

constexpr std::chrono::seconds kTrial{20};

/// For /bin/sh.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

bool write_file(const std::string& file, const std::string& text) {
  std::ofstream stream(file);
  stream << text << std::flush;
  return static_cast<bool>(stream);
}

struct Groups {
  std::vector<std::string> folders;
  std::string means;
};

/// Makes a group with its limits; false leaves nothing behind.
bool make_group(const std::string& folder,
                const std::vector<std::pair<std::string, std::string>>& limits) {
  if (::mkdir(folder.c_str(), 0755) != 0) return false;
  for (const auto& [name, value] : limits) {
    if (fs::exists(folder + "/" + name) && write_file(folder + "/" + name, value)) continue;
    ::rmdir(folder.c_str());
    return false;
  }
  return true;
}

Groups old_groups(const SandboxLimits& limits, const std::string& name) {
  const std::string pids = "/sys/fs/cgroup/pids/" + name;
  const std::string memory = "/sys/fs/cgroup/memory/" + name;
  if (!make_group(pids, {{"pids.max", std::to_string(limits.processes)}})) return {};
  if (!make_group(memory, {{"memory.limit_in_bytes", std::to_string(limits.memory)}})) {
    ::rmdir(pids.c_str());
    return {};
  }
  return {{pids, memory}, "control groups (version 1)"};
}

/// Below the group that this process is in, where its owner delegated the controllers.
Groups new_group(const SandboxLimits& limits, const std::string& name) {
  std::ifstream stream("/proc/self/cgroup");
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("0::")) continue;
    const std::string folder = "/sys/fs/cgroup" + line.substr(3) + "/" + name;
    const bool made = make_group(folder, {{"pids.max", std::to_string(limits.processes)},
                                          {"memory.max", std::to_string(limits.memory)}});
    if (made) return {{folder}, "a control group (version 2)"};
  }
  return {};
}

Groups make_groups(const SandboxLimits& limits) {
  const std::string name = fmt::format("dlfix-agent-{}", ::getpid());
  Groups groups = new_group(limits, name);
  return groups.folders.empty() ? old_groups(limits, name) : groups;
}

/// The command in front of the interpreter.
std::string bubblewrap_words(const SandboxOptions& options) {
  std::string words =
      "bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /run --tmpfs /var/tmp "
      "--tmpfs /dev/shm";
  for (const std::string& folder : options.hidden) {
    if (fs::is_directory(folder)) words += " --tmpfs " + quoted(folder);
  }
  for (const std::string& folder : options.readable) {
    words += fmt::format(" --ro-bind {0} {0}", quoted(folder));
  }
  for (const std::string& folder : options.writable) {
    words += fmt::format(" --bind {0} {0}", quoted(folder));
  }
  return words +
         " --unshare-net --unshare-pid --unshare-ipc --unshare-uts --cap-drop ALL --new-session "
         "--die-with-parent --chdir \"$PWD\"";
}

std::string launcher_text(const SandboxOptions& options, const Groups& groups) {
  std::string text =
      "#!/bin/sh\n# Written by dlfix-agent serve: runs programs contained.\nset -e\n";
  for (const std::string& folder : groups.folders) {
    text += fmt::format("echo $$ > {}\n", quoted(folder + "/cgroup.procs"));
  }
  const std::string limit =
      groups.folders.empty()
          ? fmt::format("prlimit --nproc=$(($(ps -u \"$(id -u)\" -L --no-headers | wc -l) + {})) ",
                        options.limits.processes)
          : "";
  text +=
      "exec env -i PATH=\"$PATH\" HOME=\"$HOME\" LANG=C.UTF-8 PYTHONPATH=\"$PYTHONPATH\" "
      "DLFIX_CONTAINED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONIOENCODING=utf-8 "
      "${DLFIX_DATA:+DLFIX_DATA=\"$DLFIX_DATA\"} "
      "${VIRTUAL_ENV:+VIRTUAL_ENV=\"$VIRTUAL_ENV\"} \\\n  " +
      limit + bubblewrap_words(options) + " \\\n  " + quoted(options.python) + " \"$@\"\n";
  return text;
}

void try_launcher(const std::string& launcher, const std::string& directory) {
  support::ProcessOptions process;
  process.arguments = {launcher, "-I", "-S", "-c", "print('contained')"};
  process.working_directory = directory;
  process.timeout = kTrial;
  const auto result = support::run_process(process);
  if (result.standard_output == "contained\n") return;
  throw EnvironmentError(
      "--allow-run: programs cannot be contained here: " + result.standard_error,
      "install bubblewrap and let this user make namespaces, or start without --allow-run");
}

}  // namespace

Sandbox Sandbox::create(const SandboxOptions& options) {
  Sandbox sandbox;
  Groups groups = make_groups(options.limits);
  sandbox.groups_ = groups.folders;
  if (groups.folders.empty() && ::geteuid() == 0) {
    throw EnvironmentError(
        "--allow-run: no control group can be made, and limits of processes do not bind root",
        "start as a plain user, or where control groups can be made");
  }
  for (const std::string& folder : options.writable) fs::create_directories(folder);
  fs::create_directories(options.folder);
  sandbox.launcher_ = options.folder + "/python3";
  if (!write_file(sandbox.launcher_, launcher_text(options, groups)) ||
      ::chmod(sandbox.launcher_.c_str(), 0700) != 0) {
    throw EnvironmentError(sandbox.launcher_ + ": cannot be written", "make room beside the store");
  }
  try_launcher(sandbox.launcher_, options.directory);
  sandbox.means_ = "bubblewrap, " + (groups.means.empty() ? "limits of the user" : groups.means);
  return sandbox;
}

Sandbox::Sandbox(Sandbox&& other) noexcept
    : launcher_(std::exchange(other.launcher_, "")),
      means_(std::move(other.means_)),
      groups_(std::exchange(other.groups_, {})) {}

Sandbox::~Sandbox() {
  for (const std::string& folder : groups_) ::rmdir(folder.c_str());
}

}  // namespace dlfix::agent::serve
