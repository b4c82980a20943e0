#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "trainer/support/child.h"
#include "trainer/support/errors.h"

namespace dlfix::support {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kErrorTail = 16u << 10;
constexpr int kPollSlice = 100;  // ms; only matters on kernels without pidfd_open

void notify(const UniqueFd& event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event.get(), &one, sizeof one);
}

void clear_event(const UniqueFd& event) {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(event.get(), &count, sizeof count);
}

}  // namespace

/// A keeper thread starts the child, feeds it, collects its standard error and reaps it. It lives
/// as long as the child, as the parent-death signal is tied to the thread that forks. Only the
/// caller of read_line touches the output.
struct LineProcess::Impl {
  explicit Impl(const ProcessOptions& options) : limit(options.output_limit) {
    if (!wake) throw EnvironmentError("cannot make an event descriptor");
    keeper = std::thread([this, options] { keep(options); });
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return started; });
    if (!failure) return;
    lock.unlock();
    keeper.join();
    std::rethrow_exception(failure);
  }

  ~Impl() {
    kill();
    keeper.join();
  }

  void keep(const ProcessOptions& options) {
    if (!start(options)) return;
    while (!has_ended(child)) {
      wait_for_events();
      feed();
      collect_error();
    }
    std::lock_guard lock(mutex);
    exit_code = reap(child);
    collect_error_locked();
    child.input.reset();
    gone = true;
    changed.notify_all();
  }

  bool start(const ProcessOptions& options) {
    std::lock_guard lock(mutex);
    try {
      child = start_child(options);
    } catch (...) {
      failure = std::current_exception();
    }
    started = true;
    changed.notify_all();
    return !failure;
  }

  void wait_for_events() {
    std::array<pollfd, 4> events{{{child.error.get(), POLLIN, 0},
                                  {child.handle.get(), POLLIN, 0},
                                  {wake.get(), POLLIN, 0},
                                  {-1, POLLOUT, 0}}};
    {
      std::lock_guard lock(mutex);
      if (sent < pending.size()) events[3].fd = child.input.get();
    }
    ::poll(events.data(), events.size(), kPollSlice);
    if (events[2].revents != 0) clear_event(wake);
  }

  void feed() {
    std::lock_guard lock(mutex);
    if (!child.input) return;
    if (sent < pending.size() && !send_some(child.input.get(), pending, sent)) child.input.reset();
    if (sent < pending.size()) return;
    pending.clear();
    sent = 0;
    if (input_closed) child.input.reset();
  }

  void collect_error() {
    std::lock_guard lock(mutex);
    collect_error_locked();
  }

  void collect_error_locked() {
    ReadOutcome outcome = ReadOutcome::kData;
    while (child.error && outcome == ReadOutcome::kData) {
      outcome = read_some(child.error.get(), error_tail);
      if (error_tail.size() > kErrorTail) error_tail.erase(0, error_tail.size() - kErrorTail);
      if (outcome == ReadOutcome::kEnd) child.error.reset();
    }
  }

  void kill() {
    std::lock_guard lock(mutex);
    if (!gone) signal_group(child, SIGKILL);
  }

  bool is_gone() const {
    std::lock_guard lock(mutex);
    return gone;
  }

  std::optional<std::string> take_line() {
    const std::size_t end = buffer.find('\n', scanned);
    scanned = buffer.size();
    if (end == std::string::npos) return std::nullopt;
    std::string line = buffer.substr(0, end);
    buffer.erase(0, end + 1);
    scanned = 0;
    return line;
  }

  /// Waits for output at most `timeout`. Returns false when there will be none.
  bool fill(std::chrono::milliseconds timeout) {
    const bool was_gone = is_gone();
    pollfd event{child.output.get(), POLLIN, 0};
    if (::poll(&event, 1, static_cast<int>(std::max<std::int64_t>(0, timeout.count()))) > 0) {
      output_ended = read_some(child.output.get(), buffer) == ReadOutcome::kEnd;
    } else if (was_gone) {
      output_ended = true;  // somebody who left the child's group still holds the pipe
    }
    if (buffer.size() > limit) {  // a line without end: whoever wrote it cannot be trusted
      kill();
      output_ended = true;
    }
    return !output_ended;
  }

  const std::size_t limit;
  UniqueFd wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::thread keeper;

  mutable std::mutex mutex;  // guards what follows, down to the blank line
  std::condition_variable changed;
  Child child;
  std::exception_ptr failure;
  std::string pending, error_tail;
  std::size_t sent = 0;
  bool started = false, gone = false, input_closed = false;
  int exit_code = -1;

  std::string buffer;  // read_line's own
  std::size_t scanned = 0;
  bool output_ended = false;
};

LineProcess::LineProcess(const ProcessOptions& options) : impl_(std::make_unique<Impl>(options)) {}
LineProcess::~LineProcess() = default;

bool LineProcess::write_line(const std::string& line) {
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->gone || !impl_->child.input || impl_->input_closed) return false;
    impl_->pending.append(line).push_back('\n');
  }
  notify(impl_->wake);
  return true;
}

std::optional<std::string> LineProcess::read_line(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (true) {
    if (auto line = impl_->take_line()) return line;
    if (impl_->output_ended) return std::nullopt;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const std::size_t before = impl_->buffer.size();
    impl_->fill(left);
    if (left.count() <= 0 && impl_->buffer.size() == before) return impl_->take_line();
  }
}

bool LineProcess::ended() const {
  return impl_->output_ended && impl_->buffer.find('\n') == std::string::npos;
}

std::string LineProcess::standard_error() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->error_tail;
}

int LineProcess::output_fd() const { return ended() ? -1 : impl_->child.output.get(); }

void LineProcess::kill() { impl_->kill(); }

int LineProcess::wait() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->input_closed = true;
  }
  notify(impl_->wake);
  while (!impl_->output_ended) impl_->fill(std::chrono::milliseconds(kPollSlice));
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [this] { return impl_->gone; });
  return impl_->exit_code;
}

}  // namespace dlfix::support
