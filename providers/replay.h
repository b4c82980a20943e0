// Recorded replies in place of an endpoint.
#pragma once

#include <memory>
#include <string>

#include "providers/provider.h"
#include "providers/recordings.h"

namespace dlfix::providers {

struct ReplayOptions {
  std::string path;
  std::string subject;  ///< of FILE:SUBJECT; empty: ours by prompt, or the only subject in the file
  /// "repair", "localise": the other task's replies are passed over; empty: any.
  std::string task = "";
};

/// Answers request r with the recording of its prompt, or, for replies that answered another text,
/// of the subject, with the same model, temperature and index = r.repetition. A request without a
/// model takes the file's only model, or gpt-4 where it has several (the study's best). Errors:
/// InputError when no row fits, listing subjects or models that there are. A missing repetition is
/// a kFailed reply.
std::unique_ptr<Provider> make_replay_provider(const ReplayOptions& options);

}  // namespace dlfix::providers
