// One server a root, and the file by which clients find it.
#pragma once

#include <string>

#include "trainer/support/unique_fd.h"

namespace dlfix::agent::serve {

struct InstanceRecord {
  std::string url;
  std::string token;
  std::string version;
  std::string root;
  std::string certificate;  ///< PEM file that clients have to trust; empty with plain HTTP
};

/// $XDG_RUNTIME_DIR/dlfix-agent, or /tmp/dlfix-agent-UID where there is no such directory: made
/// with mode 0700. Errors: EnvironmentError (it cannot be made, or is not ours alone).
std::string run_directory();

/// Name of the run file of a root: the first 16 digits of the SHA-256 of its real path, ".json".
std::string run_file_name(const std::string& root);

/// Holds a root for this process. The run file is {url, token, pid, version, root}, with TLS also
/// {certificate}, mode 0600; it
/// goes with the object, and the lock goes with the process however it ends.
class Instance {
 public:
  /// Errors: EnvironmentError when a server holds the root already, naming its address.
  explicit Instance(const std::string& root);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  /// Writes the run file, whole or not at all.
  void announce(const InstanceRecord& record);
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  support::UniqueFd lock_;
  bool announced_ = false;
};

}  // namespace dlfix::agent::serve
