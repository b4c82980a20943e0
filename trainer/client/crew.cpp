#include "trainer/client/crew.h"

#include <poll.h>

#include <algorithm>

#include <fmt/core.h>

#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

constexpr int kMostFailedStarts = 3;
constexpr std::chrono::milliseconds kPollSlice{50};

}  // namespace

std::vector<std::size_t> Assignment::unfinished() const {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < finished.size(); ++i) {
    if (!finished[i]) left.push_back(batch.requests[i]);
  }
  return left;
}

double Assignment::remaining_work() const {
  double done = 0;
  for (const double share : progress) done += share;
  return batch.work * (1 - done / static_cast<double>(std::max<std::size_t>(progress.size(), 1)));
}

int Crew::size() const {
  if (options_.workers > 0) return options_.workers;
  const std::string known = options_.device == "auto" ? device() : options_.device;
  return known.empty() || known.starts_with("cuda") ? 1 : usable_cores();
}

std::string Crew::device() const {
  for (const Seat& seat : seats_) {
    if (seat.process->ready()) return seat.process->device();
  }
  return "";
}

std::string Crew::trainer() const {
  for (const Seat& seat : seats_) {
    if (seat.process->ready()) return seat.process->trainer();
  }
  return "";
}

void Crew::start(std::size_t wanted) {
  const bool some_work = !device().empty();
  if (some_work && failed_starts_ >= kMostFailedStarts) return;  // go on with those that there are
  // Memory is shared by all workers that may come, not by those that are there.
  const int share =
      options_.workers > 0 || options_.device != "auto" || some_work ? size() : usable_cores();
  while (seats_.size() < wanted && seats_.size() < static_cast<std::size_t>(size())) {
    seats_.push_back({std::make_unique<WorkerProcess>(options_, share), std::nullopt});
  }
}

void Crew::wait_for_output(std::chrono::milliseconds patience) const {
  std::vector<pollfd> events;
  for (const Seat& seat : seats_) events.push_back({seat.process->output_fd(), POLLIN, 0});
  ::poll(events.data(), events.size(), static_cast<int>(patience.count()));
}

void Crew::dismiss(Seat& seat, const std::string& obituary) {
  const bool never_ready = !seat.process->ready();
  std::erase_if(seats_, [&seat](const Seat& other) { return &other == &seat; });
  if (!never_ready) return;
  ++failed_starts_;
  if (failed_starts_ < kMostFailedStarts || !device().empty()) return;
  failed_starts_ = 0;
  throw support::EnvironmentError(fmt::format("the trainer {} {}", options_.executable, obituary),
                                  "run it with --version to see what is wrong with it");
}

void Crew::kill_busy() {
  for (Seat& seat : seats_) {
    if (seat.assignment) seat.process->kill();
  }
  std::erase_if(seats_, [](const Seat& seat) { return seat.assignment.has_value(); });
}

double Crew::running_work() const {
  double work = 0;
  for (const Seat& seat : seats_) {
    if (seat.assignment) work += seat.assignment->remaining_work();
  }
  return work;
}

void Crew::await_first() {
  while (device().empty()) {
    start(1);
    wait_for_output(kPollSlice);
    for (std::size_t i = seats_.size(); i-- > 0;) {
      WorkerProcess& process = *seats_[i].process;
      while (process.next()) {
      }
      if (process.overdue()) process.kill();
      if (process.ended()) dismiss(seats_[i], process.obituary(process.wait()));
    }
  }
}

}  // namespace dlfix::trainer
