// The messages of trainer/worker/PROTOCOL.md, as this side sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

inline constexpr int kProtocolVersion = 1;

enum class MessageKind { kHello, kProgress, kResult, kDone, kError };

/// What a worker said. Fields that the kind does not have keep their defaults.
struct WorkerMessage {
  MessageKind kind = MessageKind::kError;
  std::int64_t id = -1;     ///< batch; -1: none
  std::size_t request = 0;  ///< index within the batch
  std::int64_t epoch = 0, epochs = 0;
  double seconds = 0;
  TrainingResult result;
  std::string text;           ///< error message; hello: trainer and version
  std::string device;         ///< hello
  std::int64_t protocol = 0;  ///< hello
};

/// nullopt when the line is not a message of the protocol.
std::optional<WorkerMessage> read_message(const std::string& line);

/// One batch: the members `chosen` of `requests`, which must be of one group (grouping.h): their
/// data is sent once.
std::string train_message(std::int64_t id, std::span<const TrainingRequest> requests,
                          std::span<const std::size_t> chosen);
std::string cancel_message(std::int64_t id);

}  // namespace dlfix::trainer
