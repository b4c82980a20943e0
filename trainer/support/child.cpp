#include "trainer/support/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/core.h>

#include "trainer/support/errors.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace dlfix::support {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw EnvironmentError(fmt::format("{}: {}", what, std::strerror(error)));
}

/// Moves a descriptor above the standard three, so that dup2 in the child never meets itself.
UniqueFd above_standard(int fd) {
  if (fd > STDERR_FILENO) return UniqueFd(fd);
  UniqueFd low(fd);
  const int high = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (high < 0) fail("cannot duplicate a file descriptor", errno);
  return UniqueFd(high);
}

struct PipePair {
  UniqueFd read, write;
};

PipePair make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe", errno);
  return {above_standard(ends[0]), above_standard(ends[1])};
}

PipePair make_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    fail("cannot make a socket pair", errno);
  }
  return {above_standard(ends[0]), above_standard(ends[1])};
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) merged.push_back(text);
  }
  for (const auto& [name, value] : added) merged.push_back(name + "=" + value);
  return merged;
}

std::string search_path(const std::map<std::string, std::string>& added) {
  if (const auto found = added.find("PATH"); found != added.end()) return found->second;
  const char* path = std::getenv("PATH");
  return path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
}

/// The program's file. Looked up here, before fork, where allocating is allowed.
std::string find_program(const std::string& name, const std::string& path) {
  if (name.find('/') != std::string::npos) return name;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::string folder = end == begin ? "." : path.substr(begin, end - begin);
    const std::string candidate = folder + "/" + name;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(candidate, ignored) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    begin = end + 1;
  }
  throw EnvironmentError(fmt::format("cannot start '{}': not found on PATH", name),
                         "install it, or give its full path");
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// Everything that the child needs between fork and exec: nothing there may allocate.
struct Launch {
  std::string program;
  std::vector<char*> arguments, environment;
  const char* folder = nullptr;
  int input = -1, output = -1, error = -1, report = -1;
  pid_t parent = -1;
};

enum class Step : int { kFolder, kExec };
struct LaunchFailure {
  Step step;
  int error;
};

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void report_and_exit(const Launch& launch, Step step) {
  const LaunchFailure failure{step, errno};
  [[maybe_unused]] const auto written = ::write(launch.report, &failure, sizeof failure);
  ::_exit(127);
}

[[noreturn]] void become(const Launch& launch) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(127);  // the parent died before prctl took effect
  reset_signals();
  ::dup2(launch.input, STDIN_FILENO);
  ::dup2(launch.output, STDOUT_FILENO);
  ::dup2(launch.error, STDERR_FILENO);
  // Descriptors of other libraries must not leak into the child (Linux 5.11; harmless elsewhere).
  ::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 1U << 2);
  if (launch.folder != nullptr && ::chdir(launch.folder) != 0) {
    report_and_exit(launch, Step::kFolder);
  }
  ::execve(launch.program.c_str(), launch.arguments.data(), launch.environment.data());
  report_and_exit(launch, Step::kExec);
}

/// Forks with all signals held back, so that no handler of ours ever runs in the child.
pid_t fork_quietly(const Launch& launch) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) become(launch);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

/// Waits until exec has closed the report pipe, or throws what the child reported.
void await_exec(int report, pid_t pid, const ProcessOptions& options) {
  LaunchFailure failure{};
  ssize_t got = 0;
  do {
    got = ::read(report, &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof failure)) return;
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (failure.step == Step::kFolder) {
    fail(fmt::format("cannot enter the folder '{}'", options.working_directory), failure.error);
  }
  fail(fmt::format("cannot start '{}'", options.arguments.front()), failure.error);
}

void make_non_blocking(const UniqueFd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

Child start_child(const ProcessOptions& options) {
  if (options.arguments.empty()) throw EnvironmentError("cannot start a program without a name");
  std::vector<std::string> arguments = options.arguments;
  std::vector<std::string> environment = merged_environment(options.environment);
  PipePair input = make_socket_pair();
  PipePair output = make_pipe();
  PipePair error = make_pipe();
  PipePair report = make_pipe();
  Launch launch{find_program(arguments.front(), search_path(options.environment)),
                pointers(arguments),
                pointers(environment),
                options.working_directory.empty() ? nullptr : options.working_directory.c_str(),
                input.read.get(),
                output.write.get(),
                error.write.get(),
                report.write.get(),
                ::getpid()};
  const pid_t pid = fork_quietly(launch);
  if (pid < 0) fail(fmt::format("cannot start '{}'", arguments.front()), errno);
  ::setpgid(pid, pid);  // in both processes: whoever comes first, the group exists afterwards
  report.write.reset();
  await_exec(report.read.get(), pid, options);
  Child child{pid, std::move(input.write), std::move(output.read), std::move(error.read),
              UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))};
  make_non_blocking(child.output);
  make_non_blocking(child.error);
  return child;
}

bool has_ended(const Child& child) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == child.pid;
}

void signal_group(const Child& child, int signal) {
  if (child.pid > 0) ::kill(-child.pid, signal);
}

int reap(Child& child) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) return -1;
  }
  signal_group(child, SIGKILL);  // grandchildren that stayed behind
  while (::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED) != 0 && errno == EINTR) {
  }
  child.pid = -1;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

ReadOutcome read_some(int fd, std::string& text) {
  std::array<char, 65536> block;
  const ssize_t got = ::read(fd, block.data(), block.size());
  if (got > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
    return ReadOutcome::kData;
  }
  const bool later = got < 0 && (errno == EAGAIN || errno == EINTR);
  return later ? ReadOutcome::kNothingYet : ReadOutcome::kEnd;
}

bool send_some(int fd, const std::string& text, std::size_t& offset) {
  const ssize_t sent =
      ::send(fd, text.data() + offset, text.size() - offset, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) {
    offset += static_cast<std::size_t>(sent);
    return true;
  }
  return errno == EAGAIN || errno == EINTR;
}

}  // namespace dlfix::support
