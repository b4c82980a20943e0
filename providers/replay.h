// Recorded replies in place of an endpoint.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace dlfix::providers {

/// One recorded reply. Published layout: {model, temperature, subject, index, text} for repair,
/// {fault, fl_id, repetition, text} for localisation. Ours: {prompt_sha256, model, temperature,
/// index, text, note}.
struct Recording {
  std::string model;
  std::optional<double> temperature;
  std::string subject;        ///< or fl_id
  std::string prompt_sha256;  ///< empty: published, the reply was given to another text
  int index = 0;
  std::string text;
  std::string note;  ///< "hand-written example", shown with every use
};

/// Reads JSON lines. Errors: EnvironmentError (file), InputError naming the line that is no
/// recording.
std::vector<Recording> read_recordings(const std::string& path);

struct ReplayOptions {
  std::string path;
  std::string subject;  ///< of FILE:SUBJECT; empty: ours by prompt, or the only subject in the file
};

/// Answers request r with the recording of the same model, temperature and index = r.repetition; a
/// request without a model takes the file's only model. Errors: InputError when no row fits,
/// listing subjects or models that there are. A missing repetition is a kFailed reply.
std::unique_ptr<Provider> make_replay_provider(const ReplayOptions& options);

/// True when the file's replies answered another text than ours (published ones).
bool answers_another_text(const std::vector<Recording>& recordings);

}  // namespace dlfix::providers
