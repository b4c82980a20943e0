#include "trainer/client/training_run.h"

#include <algorithm>
#include <csignal>

#include <fmt/core.h>

namespace dlfix::trainer {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPollSlice{50};  // how soon a cancel flag is seen
constexpr std::chrono::milliseconds kCancelPatience{1000};
constexpr std::chrono::milliseconds kDonePatience{1000};
constexpr int kMostFailuresAlone = 2;

}  // namespace

TrainingRun::TrainingRun(Crew& crew, std::size_t batch_cap,
                         std::span<const TrainingRequest> requests,
                         const TrainingCallbacks& callbacks)
    : crew_(crew),
      requests_(requests),
      callbacks_(callbacks),
      queue_(requests, std::max<std::size_t>(batch_cap, 1)),
      delivered_(requests.size()),
      failures_alone_(requests.size()),
      open_(requests.size()) {
  crew_.forgive();
}

TrainingRun::~TrainingRun() { crew_.kill_busy(); }

void TrainingRun::finish() {
  while (open_ > 0) {
    if (cancelled()) return cancel_all();
    if (!queue_.empty()) crew_.start(open_);
    dispatch();
    crew_.wait_for_output(kPollSlice);
    listen();
  }
  await_done();
}

/// A worker that has given its last result says so a moment later; without waiting for that word it
/// would pass for busy and be killed.
void TrainingRun::await_done() {
  const auto deadline = Clock::now() + kDonePatience;
  const auto saying_so = [](const Seat& seat) {
    return seat.assignment && seat.assignment->unfinished().empty();
  };
  while (std::ranges::any_of(crew_.seats(), saying_so) && Clock::now() < deadline) {
    crew_.wait_for_output(kPollSlice);
    listen();
  }
}

bool TrainingRun::cancelled() const {
  return callbacks_.cancel != nullptr && callbacks_.cancel->load();
}

void TrainingRun::dispatch() {
  for (Seat& seat : crew_.seats()) {
    if (queue_.empty()) return;
    if (seat.idle()) give(seat, queue_.take(crew_.size(), crew_.running_work()));
  }
}

void TrainingRun::give(Seat& seat, Batch batch) {
  const std::size_t size = batch.requests.size();
  Assignment assignment{crew_.next_id(), std::move(batch), std::vector<double>(size, 0.0),
                        std::vector<bool>(size, false)};
  seat.process->send(train_message(assignment.id, requests_, assignment.batch.requests));
  seat.assignment = std::move(assignment);
}

void TrainingRun::listen() {
  std::vector<Seat>& seats = crew_.seats();
  for (std::size_t i = seats.size(); i-- > 0;) {
    while (auto message = seats[i].process->next()) hear(seats[i], *message);
    if (seats[i].process->overdue()) seats[i].process->kill();
    if (seats[i].process->ended()) bury(seats[i]);
  }
}

void TrainingRun::hear(Seat& seat, const WorkerMessage& message) {
  if (message.kind == MessageKind::kHello || !seat.assignment) return;
  const bool ours = message.id == seat.assignment->id ||
                    (message.kind == MessageKind::kError && message.id == -1);
  if (!ours) return;
  if (message.kind == MessageKind::kProgress) note_progress(*seat.assignment, message);
  if (message.kind == MessageKind::kResult) note_result(*seat.assignment, message);
  if (message.kind == MessageKind::kProgress || message.kind == MessageKind::kResult) return;
  const Assignment assignment = std::move(*seat.assignment);
  seat.assignment.reset();
  retry(assignment, TrainingStatus::kCrash,
        message.kind == MessageKind::kError
            ? fmt::format("the trainer cannot read the request: {}", message.text)
            : "the trainer gave no result");
}

void TrainingRun::note_progress(Assignment& assignment, const WorkerMessage& message) {
  if (message.request >= assignment.progress.size() || message.epochs <= 0) return;
  assignment.progress[message.request] = std::clamp(
      static_cast<double>(message.epoch) / static_cast<double>(message.epochs), 0.0, 1.0);
  if (!callbacks_.on_progress) return;
  callbacks_.on_progress(
      {assignment.batch.requests[message.request], message.epoch, message.epochs, message.seconds});
}

void TrainingRun::note_result(Assignment& assignment, const WorkerMessage& message) {
  if (message.request >= assignment.finished.size() || assignment.finished[message.request]) return;
  assignment.finished[message.request] = true;
  assignment.progress[message.request] = 1;
  deliver(assignment.batch.requests[message.request], message.result);
}

void TrainingRun::bury(Seat& seat) {
  seat.process->kill();  // one that only closed its output is of no use
  const int exit_code = seat.process->wait();
  const std::string obituary = seat.process->obituary(exit_code);
  const auto assignment = std::move(seat.assignment);
  crew_.dismiss(seat, obituary);
  if (!assignment) return;
  const bool killed = exit_code == 128 + SIGKILL && obituary.starts_with("was killed");
  retry(*assignment, killed ? TrainingStatus::kOutOfMemory : TrainingStatus::kCrash,
        fmt::format("the trainer process {}{}", obituary,
                    killed ? " (as a rule, the system was out of memory)" : ""));
}

void TrainingRun::retry(const Assignment& assignment, TrainingStatus status,
                        const std::string& reason) {
  const std::vector<std::size_t> left = assignment.unfinished();
  if (left.empty()) return;
  if (assignment.batch.requests.size() == 1) {
    int& failures = failures_alone_[left.front()];
    if (++failures < kMostFailuresAlone) return queue_.put_back(left);
    return deliver_without_numbers(left.front(), status, reason);
  }
  const auto middle = left.begin() + static_cast<std::ptrdiff_t>((left.size() + 1) / 2);
  queue_.put_back({left.begin(), middle});
  if (middle != left.end()) queue_.put_back({middle, left.end()});
}

void TrainingRun::deliver(std::size_t request, const TrainingResult& result) {
  if (delivered_[request]) return;
  delivered_[request] = true;
  --open_;
  if (callbacks_.on_result) callbacks_.on_result(request, result);
}

void TrainingRun::deliver_without_numbers(std::size_t request, TrainingStatus status,
                                          const std::string& reason) {
  TrainingResult result;
  result.status = status;
  result.reason = reason;
  result.device = crew_.device();
  result.trainer = crew_.trainer();
  deliver(request, result);
}

void TrainingRun::cancel_all() {
  for (const Seat& seat : crew_.seats()) {
    if (seat.assignment) seat.process->send(cancel_message(seat.assignment->id));
  }
  const auto deadline = Clock::now() + kCancelPatience;
  const auto busy = [this] {
    return std::any_of(crew_.seats().begin(), crew_.seats().end(),
                       [](const Seat& seat) { return seat.assignment.has_value(); });
  };
  while (busy() && Clock::now() < deadline) {
    crew_.wait_for_output(kPollSlice);
    listen();
  }
  crew_.kill_busy();
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    if (!delivered_[i]) deliver_without_numbers(i, TrainingStatus::kCancelled, "cancelled");
  }
}

}  // namespace dlfix::trainer
