#include <poll.h>
#include <signal.h>

#include <array>

#include "trainer/support/child.h"

namespace dlfix::support {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPollSlice{50};  // how soon a cancel flag is seen
constexpr std::chrono::milliseconds kKillDelay{1000};

/// One output stream, kept up to a limit.
struct Stream {
  int fd;
  std::string text;
  std::size_t limit;

  void drain() {
    std::string block;
    ReadOutcome outcome = ReadOutcome::kData;
    while (fd >= 0 && outcome == ReadOutcome::kData) {
      block.clear();
      outcome = read_some(fd, block);
      text.append(block, 0, limit - std::min(limit, text.size()));
      if (outcome == ReadOutcome::kEnd) fd = -1;
    }
  }
};

/// When and why the group is to be killed.
class Deadline {
 public:
  explicit Deadline(const ProcessOptions& options) : options_(options), start_(Clock::now()) {}

  void check(const Child& child, ProcessResult& result) {
    const auto now = Clock::now();
    if (stopped_) {
      if (now - stopped_at_ >= kKillDelay) signal_group(child, SIGKILL);
      return;
    }
    result.cancelled = options_.cancel != nullptr && options_.cancel->load();
    result.timed_out =
        !result.cancelled && options_.timeout.count() > 0 && now - start_ >= options_.timeout;
    if (!result.cancelled && !result.timed_out) return;
    signal_group(child, SIGTERM);
    stopped_ = true;
    stopped_at_ = now;
  }

 private:
  const ProcessOptions& options_;
  Clock::time_point start_;
  bool stopped_ = false;
  Clock::time_point stopped_at_;
};

void wait_for_events(const Child& child, const Stream& output, const Stream& error) {
  std::array<pollfd, 4> events{{{output.fd, POLLIN, 0},
                                {error.fd, POLLIN, 0},
                                {child.handle.get(), POLLIN, 0},
                                {child.input.get(), POLLOUT, 0}}};
  ::poll(events.data(), events.size(), static_cast<int>(kPollSlice.count()));
}

}  // namespace

ProcessResult run_process(const ProcessOptions& options) {
  Child child = start_child(options);
  ProcessResult result;
  Stream output{child.output.get(), {}, options.output_limit};
  Stream error{child.error.get(), {}, options.output_limit};
  Deadline deadline(options);
  std::size_t sent = 0;
  while (!has_ended(child)) {
    if (child.input && (sent == options.standard_input.size() ||
                        !send_some(child.input.get(), options.standard_input, sent))) {
      child.input.reset();
    }
    wait_for_events(child, output, error);
    output.drain();
    error.drain();
    deadline.check(child, result);
  }
  result.exit_code = reap(child);
  output.drain();
  error.drain();
  result.standard_output = std::move(output.text);
  result.standard_error = std::move(error.text);
  return result;
}

}  // namespace dlfix::support
