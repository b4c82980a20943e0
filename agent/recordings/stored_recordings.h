// Replies in the run store as recordings, and recordings as replies in the run store.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/store/store.h"
#include "providers/recordings.h"

namespace dlfix::agent {

/// A stored reply as a recording. Nothing for one that holds no answer: received but never read,
/// failed, or itself served from a recording.
std::optional<providers::Recording> to_recording(const ReplyRecord& record);

/// A recording as a stored reply. Ours get the key that they were stored under, so that a run that
/// would ask the same finds them; published ones a key of their own.
ReplyRecord to_record(const providers::Recording& recording);

/// All recordings of the store that `wanted` lets through, oldest first.
struct RecordingFilter {
  std::string task;    ///< repair, localise; empty: any
  std::string model;   ///< empty: any
  std::string prompt;  ///< beginning of the prompt's hash; empty: any
  bool matches(const providers::Recording& recording) const;
};
std::vector<providers::Recording> stored_recordings(const Store& store,
                                                    const RecordingFilter& wanted);

struct ImportCounts {
  int added = 0;
  int known = 0;  ///< were in the store already
};
ImportCounts import_recordings(Store& store, const std::vector<providers::Recording>& recordings);

/// Recordings that differ in their repetition only.
struct RecordingGroup {
  std::string task;
  std::string subject;  ///< or the first 12 digits of the prompt's hash
  std::string model;
  std::optional<double> temperature;
  std::string origin;  ///< "openai, api.openai.com", "published", the note of hand-written ones
  int count = 0;
};
std::vector<RecordingGroup> grouped(const std::vector<providers::Recording>& recordings);

/// Values of the environment's variables that are named like keys (KEY, TOKEN, SECRET, PASSWORD):
/// none of them may leave in a recording.
std::vector<std::string> environment_secrets();

}  // namespace dlfix::agent
