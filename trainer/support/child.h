// One started child process and our ends of its three streams. What run_process and LineProcess
// share.
#pragma once

#include <sys/types.h>

#include <string>

#include "trainer/support/subprocess.h"
#include "trainer/support/unique_fd.h"

namespace dlfix::support {

/// A child that is the leader of its own process group and gets SIGKILL when the *thread* that
/// started it ends (that is what Linux's parent-death signal is tied to).
struct Child {
  pid_t pid = -1;
  UniqueFd input;   ///< a socket, so that writing to a dead child raises no SIGPIPE
  UniqueFd output;  ///< non-blocking
  UniqueFd error;   ///< non-blocking
  UniqueFd handle;  ///< becomes readable when the child ends; none on kernels without pidfd_open
};

/// Errors: EnvironmentError when the program is not found or cannot be started.
Child start_child(const ProcessOptions& options);

/// True once the child has ended. It stays a zombie, so its ids stay ours until reap().
bool has_ended(const Child& child);

/// Signals the child's whole process group.
void signal_group(const Child& child, int signal);

/// Kills what is left of the group, waits for the child, returns its exit code (128 + signal).
int reap(Child& child);

enum class ReadOutcome { kData, kNothingYet, kEnd };
/// Appends what can be read at once (at most one block) to `text`.
ReadOutcome read_some(int fd, std::string& text);

/// Sends as much of `text` from `offset` as is taken at once. Returns false when nobody reads.
bool send_some(int fd, const std::string& text, std::size_t& offset);

}  // namespace dlfix::support
