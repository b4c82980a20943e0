#include "trainer/worker/session.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <new>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "trainer/spec/json_fields.h"
#include "trainer/support/errors.h"
#include "trainer/worker/inbox.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

constexpr int kProtocol = 1;
constexpr double kProgressSeconds =
    0.05;  ///< between two words on one training: epochs can be short

/// Writes messages; may be used from both threads.
class Outbox {
 public:
  explicit Outbox(int fd) : fd_(fd) {}

  void say(const json& message) {
    const std::string line = message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    std::lock_guard lock(mutex_);
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t written = ::write(fd_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return;  // nobody listens: the end of the input follows
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void complain(const std::string& text, std::optional<std::int64_t> id = std::nullopt) {
    json message{{"type", "error"}, {"message", text}};
    if (id) message["id"] = *id;
    say(message);
  }

 private:
  int fd_;
  std::mutex mutex_;
};

/// Calls `take` with every line of `fd` until it ends.
template <typename Take>
void read_lines(int fd, Take take) {
  std::array<char, 65536> block;
  std::string buffer;
  while (true) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    std::size_t scanned = buffer.size();
    buffer.append(block.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = buffer.find('\n', scanned)) != std::string::npos;) {
      take(buffer.substr(begin, end - begin));
      begin = scanned = end + 1;
    }
    buffer.erase(0, begin);
  }
}

void take_message(const std::string& line, Inbox& inbox, Outbox& outbox) {
  try {
    json message = json::parse(line);
    const FieldReader reader(message, "message");
    const std::string type = reader.text("type");
    const std::int64_t id = reader.integer("id");
    if (type == "cancel") {
      inbox.cancel(id);
    } else if (type == "train") {
      reader.list("requests");
      inbox.add_batch(std::move(message));
    } else {
      outbox.complain(fmt::format("a message of the unknown type '{}'", type));
    }
  } catch (const std::exception& error) {
    outbox.complain(error.what());
  }
}

TrainingResult failed(const WorkerSession& session, TrainingStatus status,
                      const std::string& reason) {
  TrainingResult result;
  result.status = status;
  result.reason = reason;
  result.device = session.device;
  result.trainer = session.trainer;
  return result;
}

/// One batch on its way from message to results.
class BatchRun {
 public:
  BatchRun(const WorkerSession& session, std::int64_t id, Outbox& outbox)
      : session_(session), id_(id), outbox_(outbox) {}

  /// Requests that cannot be read end at once, with a result that says why.
  void read(const json& message) {
    const json& documents = message.at("requests");
    answered_.assign(documents.size(), false);
    const json shared = message.contains("shared") ? message.at("shared") : json::object();
    for (std::size_t i = 0; i < documents.size(); ++i) {
      try {
        json whole = shared;
        whole.update(documents[i]);
        requests_.push_back(whole.get<TrainingRequest>());
        places_.push_back(i);
      } catch (const std::exception& error) {
        answer(i, failed(session_, TrainingStatus::kUnsupported,
                         fmt::format("the request cannot be read: {}", error.what())));
      }
    }
  }

  void train(const std::atomic<bool>& cancelled) {
    TrainingStatus status = TrainingStatus::kCrash;
    std::string reason = "the trainer gave no result";
    try {
      if (!requests_.empty()) session_.train(requests_, callbacks(cancelled));
    } catch (const std::bad_alloc&) {
      status = TrainingStatus::kOutOfMemory;
      reason = "out of memory";
    } catch (const std::exception& error) {
      reason = error.what();
    }
    if (cancelled) {
      status = TrainingStatus::kCancelled;
      reason = "cancelled";
    }
    for (const std::size_t place : places_) {
      if (!answered_[place]) answer(place, failed(session_, status, reason));
    }
  }

 private:
  TrainingCallbacks callbacks(const std::atomic<bool>& cancelled) {
    TrainingCallbacks callbacks;
    callbacks.on_result = [this](std::size_t request, const TrainingResult& result) {
      answer(places_.at(request), result);
    };
    told_.assign(requests_.size(), 0);
    callbacks.on_progress = [this](const TrainingProgress& progress) {
      double& told = told_.at(progress.request);
      if (progress.seconds - told < kProgressSeconds) return;
      told = progress.seconds;
      outbox_.say({{"type", "progress"},
                   {"id", id_},
                   {"request", places_.at(progress.request)},
                   {"epoch", progress.epoch},
                   {"epochs", progress.epochs},
                   {"seconds", number_to_json(progress.seconds)}});
    };
    callbacks.cancel = &cancelled;
    return callbacks;
  }

  void answer(std::size_t place, const TrainingResult& result) {
    answered_.at(place) = true;
    outbox_.say({{"type", "result"}, {"id", id_}, {"request", place}, {"result", result}});
  }

  const WorkerSession& session_;
  std::int64_t id_;
  Outbox& outbox_;
  std::vector<TrainingRequest> requests_;  ///< those that could be read
  std::vector<std::size_t> places_;        ///< of each of them in the message
  std::vector<double> told_;               ///< when each of them last had progress
  std::vector<bool> answered_;
};

void serve_batch(const WorkerSession& session, const json& message, const Inbox& inbox,
                 Outbox& outbox) {
  const auto id = message.at("id").get<std::int64_t>();
  BatchRun run(session, id, outbox);
  run.read(message);
  run.train(inbox.cancelled());
  outbox.say({{"type", "done"}, {"id", id}});
}

}  // namespace

void serve(const WorkerSession& session, int input_fd, int output_fd) {
  Outbox outbox(output_fd);
  Inbox inbox;
  outbox.say({{"type", "hello"},
              {"protocol", kProtocol},
              {"trainer", session.trainer},
              {"device", session.device}});
  std::thread reader([&] {
    read_lines(input_fd, [&](const std::string& line) { take_message(line, inbox, outbox); });
    inbox.close();
  });
  while (const auto message = inbox.next()) serve_batch(session, *message, inbox, outbox);
  reader.join();
}

}  // namespace dlfix::trainer
