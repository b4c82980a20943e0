// What contains programs that clients have run. SECURITY.md says what it keeps out and what not.
#pragma once

#include <string>
#include <vector>

namespace dlfix::agent::serve {

struct SandboxLimits {
  int processes = 300;                          ///< of all programs together
  std::int64_t memory = std::int64_t{8} << 30;  ///< bytes, of all programs together
};

struct SandboxOptions {
  std::string folder;                 ///< of our own: the launcher is written there
  std::string python;                 ///< the interpreter that is contained
  std::string directory;              ///< it is started in, one that is visible inside
  std::vector<std::string> writable;  ///< folders that stay writable: captures
  std::vector<std::string> readable;  ///< folders below /tmp that stay visible
  std::vector<std::string> hidden;    ///< folders with secrets; those that are there are covered
  SandboxLimits limits;
};

/// A launcher that stands for the interpreter: it starts it in bubblewrap without network, with a
/// file system that is read-only but for `writable` and a /tmp of its own, with no capability and
/// an environment that carries no keys. Processes and memory are limited in sum by a control group
/// where one can be made, else, for plain users, processes by a limit of the user.
class Sandbox {
 public:
  /// None: launcher() is empty.
  Sandbox() = default;
  /// Errors: EnvironmentError when bubblewrap does not run here, or nothing limits processes.
  static Sandbox create(const SandboxOptions& options);
  ~Sandbox();
  Sandbox(Sandbox&& other) noexcept;
  Sandbox& operator=(Sandbox&&) = delete;

  const std::string& launcher() const { return launcher_; }
  /// "bubblewrap, control groups (version 1)".
  const std::string& means() const { return means_; }

 private:
  std::string launcher_;
  std::string means_;
  std::vector<std::string> groups_;  ///< folders of control groups, ours to remove
};

}  // namespace dlfix::agent::serve
